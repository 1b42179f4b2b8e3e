/** What may go wrong at Stripe and at the carrier (`local/simulator`): rules as their control API takes them. */
import type { Ledger } from '../auditor/target.ts';
import { control } from './control.ts';

export type FaultRule = {
  match: { route?: string; event?: string; nth?: number[]; lastsMs?: number };
  fault: { kind: string; how?: string; [parameter: string]: unknown };
};

/** Each rule has numbers of its own, so that none hides another, and so many that all of a sale's steps have their turn. */
const turns = 200;
const everySo = (period: number, first: number): number[] =>
  Array.from({ length: turns }, (_, turn) => first + turn * period);

/**
 * A third of all requests. `refused` is none of them: a no for good sends an order to a person, so such a sale would not come to rest by
 * itself; the services' own tests have it.
 */
export const requestFaults: FaultRule[] = [
  { kind: 'lost-response' },
  { kind: 'error-after-commit' },
  { kind: 'error-before-commit' },
  { kind: 'conflict' },
  { kind: 'rate-limit' },
  { kind: 'down' },
  { kind: 'slow', byMs: 3_000 },
  { kind: 'hang', forMs: 30_000 },
].map((fault, index) => ({ match: { route: 'POST *', nth: everySo(23, 1 + 3 * index) }, fault }));

/** They come all the same, though not as they were sent. */
export const lateWebhooks: FaultRule[] = [
  { kind: 'duplicate', copies: 3 },
  { kind: 'late', byMs: 5_000 },
  { kind: 'reordered', withinMs: 3_000 },
  { kind: 'forged', how: 'secret' },
  { kind: 'forged', how: 'body' },
  { kind: 'forged', how: 'replay' },
].map((fault, index) => ({ match: { event: '*', nth: everySo(8, 1 + index) }, fault }));

export const lostWebhooks: FaultRule[] = [{ match: { event: '*', nth: everySo(8, 7) }, fault: { kind: 'dropped' } }];

/** The vendor answers nobody for so long, in simulated time. */
export const outage = (lastsMs: number): FaultRule[] => [{ match: { route: '*', lastsMs }, fault: { kind: 'down' } }];

/** From now on; none to end them. */
export async function setFaults(vendor: Ledger, rules: readonly FaultRule[]): Promise<void> {
  await control(vendor, { method: 'PUT', path: 'faults', body: rules });
}

/** The rules in force, each with how often it has struck. */
export async function readStrikes(vendor: Ledger): Promise<{ fault: FaultRule['fault']; hits: number }[]> {
  const rules = await control<(FaultRule & { progress: { hits: number } })[]>(vendor, {
    method: 'GET',
    path: 'faults',
  });
  return rules.map(({ fault, progress: { hits } }) => ({ fault, hits }));
}

/** What the vendor does by the clock is due so much sooner. */
export async function advanceClock(vendor: Ledger, advanceMs: number): Promise<void> {
  await control(vendor, { method: 'PUT', path: 'clock', body: { advanceMs } });
}

/** How the carrier itself works: after how many simulated milliseconds a label that was bought is there, and what it costs more. */
export type CarrierHabits = { labelAfterMs: number; pricePercent: number };
export const promptCarrier: CarrierHabits = { labelAfterMs: 0, pricePercent: 0 };
/** Dearer by less than shipping puts up with. */
export const slowCarrier: CarrierHabits = { labelAfterMs: 3_000, pricePercent: 10 };

export async function setHabits(carrier: Ledger, habits: CarrierHabits): Promise<void> {
  await control(carrier, { method: 'PUT', path: 'carrier', body: habits });
}
