import { setTimeout as wait } from 'node:timers/promises';
import { ImportReport, type ImportRecord } from '@storefront/product/contract';
import { Failure } from '../steps.ts';
import type { Drawn } from './gallery.ts';

/** A running shop, by its public API. */
export type Shop = {
  hang: (picture: Drawn) => Promise<void>;
  import: (records: readonly ImportRecord[]) => Promise<ImportReport[]>;
};

/** Waits between tries: a shop that has just started, or a store that is coming back, needs about a minute at most. */
const pauses = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];

export function createShop({ url, token }: { url: string; token: string }): Shop {
  const authorization = `Bearer ${token}`;
  const call = (path: string, init: RequestInit) =>
    persist(() => fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(60_000) }), url);
  return {
    async hang({ sha256, bytes }) {
      const there = await call(`/media/${sha256}/160`, { method: 'HEAD' });
      if (there.ok) return;
      const stored = await call('/api/media', {
        method: 'POST',
        headers: { authorization, 'content-type': 'image/webp' },
        body: new Uint8Array(bytes),
      });
      await expectSuccess(stored, 'a picture was refused');
    },
    async import(records) {
      const body = records.map((record) => `${JSON.stringify(record)}\n`).join('');
      const answer = await call('/api/products/import', {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-ndjson' },
        body,
      });
      await expectSuccess(answer, 'the import was refused');
      return (await answer.text())
        .split('\n')
        .filter(Boolean)
        .map((line) => ImportReport.parse(JSON.parse(line)));
    },
  };
}

/** Tries again while the shop cannot be reached, is busy (429) or lacks a store (5xx). Everything sent is safe to send twice. */
async function persist(send: () => Promise<Response>, url: string): Promise<Response> {
  for (const pause of [...pauses, undefined]) {
    const answer = await send().catch(
      (cause: unknown) => new Failure(`${url} does not answer`, 'Is the shop up? make up', { cause }),
    );
    const isFinal = answer instanceof Response && answer.status !== 429 && answer.status < 500;
    if (isFinal) return answer;
    if (pause === undefined) {
      if (answer instanceof Response) return answer;
      throw answer;
    }
    const asked = answer instanceof Response ? Number(answer.headers.get('retry-after')) * 1000 : 0;
    await wait(Math.min(30_000, Math.max(pause, asked || 0)));
  }
  throw new Error('unreachable');
}

async function expectSuccess(answer: Response, what: string): Promise<void> {
  if (answer.ok) return;
  const problem = (await answer.text()).slice(0, 500);
  const remedy =
    answer.status === 401 || answer.status === 403 ? 'Is it the token of the merchant? --token-file' : problem;
  throw new Failure(`${what}: HTTP ${answer.status}`, remedy);
}
