import { setTimeout as pause } from 'node:timers/promises';

import { audit, type Breach, type Terms } from './audit.ts';
import { ownLabels, readIntents, readLabels } from './readers/ledgers.ts';
import { openStock } from './readers/mongo.ts';
import { openShard } from './readers/postgres.ts';
import { readQueues } from './readers/queues.ts';
import type { Snapshot } from './snapshot.ts';
import type { Target } from './target.ts';

/** Looks at a shop from outside: its databases by accounts that may only read, and the ledgers of those whom it pays and is paid by. */
export type Auditor = {
  look(): Promise<Snapshot>;
  /** While the shop works: only what must hold at every moment. */
  check(terms?: Partial<Terms>): Promise<Breach[]>;
  /** Once nothing is ordered any more: waits until all holds, and names what does not by then. */
  checkAtRest(terms?: Partial<Terms> & { withinMs?: number; onWait?: (breaches: Breach[]) => void }): Promise<Breach[]>;
  close(): Promise<void>;
};

const betweenLooksMs = 2_000;

export async function openAuditor(target: Target): Promise<Auditor> {
  const shards = await Promise.all(target.orders.map((shard) => openShard(target.scope, shard)));
  const stock = await openStock(target);
  const earlier = new Set((await readLabels(target.carrier)).map(({ carrierShipment }) => carrierShipment));

  /** Those who are asked last know all that those before them speak of. */
  async function look(): Promise<Snapshot> {
    const intents = await readIntents(target.stripe, target.scope);
    const labels = await readLabels(target.carrier);
    const { untold, ...goods } = await stock.look();
    const seen = await Promise.all(shards.map((shard) => shard.look()));
    const queues = await readQueues(target.broker);
    const rows = together(seen);
    const sent = [...rows.sent, ...untold];
    return {
      takenAt: new Date(),
      intents,
      labels: ownLabels(labels, earlier, rows.shipments),
      ...goods,
      ...rows,
      sent,
      queues,
    };
  }

  return {
    look,
    check: async (terms = {}) => audit(await look(), { ...terms, isAtRest: false }),
    async checkAtRest({ withinMs = 120_000, onWait, ...terms } = {}) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const breaches = audit(await look(), { ...terms, isAtRest: true });
        if (breaches.length === 0 || performance.now() > deadline) return breaches;
        onWait?.(breaches);
        await pause(betweenLooksMs);
      }
    },
    async close() {
      await Promise.all([...shards, stock].map((reader) => reader.close()));
    },
  };
}

type Seen = Awaited<ReturnType<Awaited<ReturnType<typeof openShard>>['look']>>;

function together(shards: readonly Seen[]): Seen {
  const all = <Name extends keyof Seen>(name: Name) =>
    shards.flatMap((shard) => shard[name] as unknown[]) as Seen[Name];
  return {
    buckets: all('buckets'),
    orders: all('orders'),
    runs: all('runs'),
    orderRefunds: all('orderRefunds'),
    mails: all('mails'),
    payments: all('payments'),
    paymentRefunds: all('paymentRefunds'),
    shipments: all('shipments'),
    sent: all('sent'),
    applied: all('applied'),
  };
}
