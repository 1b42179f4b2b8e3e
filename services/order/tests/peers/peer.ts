import { unavailable } from '@storefront/kit/errors';
import { createService, type Answer, type Route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { testConfig } from '@storefront/kit/testing';

/**
 * `refuse`: away, nothing is done. `lose`: done, but the answer does not arrive. `hang`: done, and no answer until the peer is told to
 * go on (`release`). `late`: it arrives only then.
 */
export type Fault = 'refuse' | 'lose' | 'hang' | 'late';

/** What may go wrong at a peer, call by call: `knobs.next('PUT /holds/:orderId', 'lose')`. */
export class Knobs {
  readonly #faults = new Map<string, Fault[]>();
  readonly #hanging = new Set<() => void>();
  /** All calls, as `PUT /holds/:orderId`. */
  readonly calls: string[] = [];
  /** Those of them that took effect. */
  readonly done: string[] = [];

  next(call: string, ...faults: Fault[]): void {
    this.#faults.set(call, [...(this.#faults.get(call) ?? []), ...faults]);
  }

  clear(): void {
    this.#faults.clear();
    this.calls.length = 0;
    this.done.length = 0;
    this.release();
  }

  /** Also of calls that are still on their way. */
  release(): void {
    for (const [call, faults] of this.#faults)
      this.#faults.set(
        call,
        faults.filter((fault) => fault !== 'hang' && fault !== 'late'),
      );
    for (const goOn of this.#hanging) goOn();
    this.#hanging.clear();
  }

  async around(call: string, work: () => Promise<Answer>): Promise<Answer> {
    this.calls.push(call);
    const fault = this.#faults.get(call)?.shift();
    if (fault === 'refuse') throw unavailable('away', 'This peer is away.');
    const released = () => new Promise<void>((resolve) => this.#hanging.add(resolve));
    if (fault === 'late') await released();
    const answer = await work();
    this.done.push(call);
    if (fault === 'hang') await released();
    if (fault === 'lose') throw unavailable('lost', 'This answer was lost.');
    return answer;
  }
}

export type Peer = { url: string; knobs: Knobs; stop(): Promise<void> };

/** A server that answers as the contract of a service says: the routes are checked by its schemas, the callers as kit does it. */
export async function startPeer(name: string, routes: readonly Route[], knobs: Knobs): Promise<Peer> {
  const log = createLog({ service: name, level: 'silent' });
  const guarded = routes.map((one): Route => ({
    ...one,
    handle: (request) => knobs.around(`${one.method} ${one.path}`, () => one.handle(request)),
  }));
  const service = createService({ name, config: testConfig(name), log, routes: guarded });
  const { url } = await service.start();
  return {
    url,
    knobs,
    async stop() {
      knobs.release();
      await service.stop();
    },
  };
}
