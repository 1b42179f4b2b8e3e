import { messagesInvariants } from './invariants/messages.ts';
import { moneyInvariants } from './invariants/money.ts';
import { orderInvariants } from './invariants/orders.ts';
import { parcelInvariants } from './invariants/parcels.ts';
import { stockInvariants } from './invariants/stock.ts';
import type { Snapshot } from './snapshot.ts';

/** One thing that must never be, and whose it is: ids of orders, intents, shipments, SKUs, messages. */
export type Breach = { invariant: string; ids: Readonly<Record<string, string>>; message: string };

export type Terms = {
  /** Nobody orders, nothing is on its way, no fault goes on: what must hold in the end holds now. */
  isAtRest: boolean;
  /** States in which an order may rest. */
  settled: readonly string[];
  /** Orders that a client was told of. */
  accepted: readonly string[];
  /** Which events a service applies through its inbox: consumer → types. */
  consumers: Readonly<Record<string, readonly string[]>>;
  /** How long after its time something may still be done. */
  graceMs: number;
};

export const usualTerms: Terms = {
  isAtRest: true,
  settled: ['delivered', 'cancelled'],
  accepted: [],
  consumers: { order: ['payment.changed', 'shipment.changed'] },
  graceMs: 60_000,
};

/** Checks one thing; what it yields are breaches. `whenAtRest` is not asked while the shop works. */
export type Invariant = {
  name: string;
  whenAtRest?: true;
  check: (snapshot: Snapshot, terms: Terms) => Iterable<Omit<Breach, 'invariant'>>;
};

export const invariants: readonly Invariant[] = [
  ...orderInvariants,
  ...moneyInvariants,
  ...stockInvariants,
  ...parcelInvariants,
  ...messagesInvariants,
];

/** Every breach of design 5 and reliability 8.3 that the snapshot shows; empty when all is as it must be. */
export function audit(snapshot: Snapshot, changes: Partial<Terms> = {}): Breach[] {
  const terms = { ...usualTerms, ...changes };
  return invariants
    .filter(({ whenAtRest }) => terms.isAtRest || !whenAtRest)
    .flatMap(({ name, check }) => Array.from(check(snapshot, terms), (breach) => ({ invariant: name, ...breach })));
}

export function formatBreaches(breaches: readonly Breach[]): string {
  return breaches.map(({ invariant, message, ids }) => `${invariant}: ${message} ${JSON.stringify(ids)}`).join('\n');
}
