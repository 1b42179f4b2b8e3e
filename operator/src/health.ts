/** When the operator is ready: it has listed every kind, and hears of every kind. */
import type { Health } from '@storefront/kit/health';
import type { Informer } from './informer.ts';

/** Three bookmarks late. */
const SILENCE_MS = 180_000;

export function createOperatorHealth(informers: () => Informer[], now: () => number = () => performance.now()): Health {
  let isStarted = false;
  let isDraining = false;
  return {
    get isReady() {
      return (
        isStarted &&
        !isDraining &&
        informers().every(({ isSynced, lastContact }) => isSynced && now() - lastContact < SILENCE_MS)
      );
    },
    get isDraining() {
      return isDraining;
    },
    started: () => void (isStarted = true),
    draining: () => void (isDraining = true),
  };
}
