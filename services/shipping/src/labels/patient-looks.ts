import { setTimeout as pause } from 'node:timers/promises';
import { withoutRequest } from '@storefront/kit/request-context';
import type { Leased, Left } from './held.ts';
import type { LabelDesk } from './label-desk.ts';

/** Looks at carriers that a request begins and waits for, but not for ever: they go on, and what they find then is news. */
export class PatientLooks {
  readonly #desk: Pick<LabelDesk, 'look'>;
  readonly #patienceMs: number;
  readonly #running = new Set<Promise<unknown>>();

  constructor(desk: Pick<LabelDesk, 'look'>, patienceMs: number) {
    this.#desk = desk;
    this.#patienceMs = patienceMs;
  }

  /** How it was left; undefined where that is not known yet. */
  async look(leased: Leased, signal: AbortSignal): Promise<Left | undefined> {
    let isWaiting = true;
    const isHeard = () => isWaiting && !signal.aborted;
    const work = withoutRequest(() => this.#desk.look(leased, isHeard)).finally(() => this.#running.delete(work));
    this.#running.add(work);
    const ended = new AbortController();
    const left = await Promise.race([
      work,
      pause(this.#patienceMs, undefined, { signal: ended.signal }).catch((): undefined => {}),
    ]);
    ended.abort();
    isWaiting = false;
    return left;
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}
