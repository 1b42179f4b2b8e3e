import { setTimeout as pause } from 'node:timers/promises';
import { OrderId } from '@storefront/commerce/order-ids';
import { isKnown } from '../domain/payment.ts';
import type { PaymentProvider, ProviderEvent } from '../domain/provider.ts';
import type { Events } from '../store/events.ts';
import type { Known, Payments } from '../store/payments.ts';
import type { EventSource, UnmatchedReason } from '../store/tables.ts';
import { budgetOf } from './budget.ts';
import type { Desk } from './desk.ts';

export type EventOutcome = 'applied' | 'unchanged' | 'duplicate' | 'foreign' | 'ignored' | 'parked';

export type ReceiveDeps = {
  desk: Desk;
  payments: Payments;
  events: Events;
  provider: PaymentProvider;
  scope: string;
  isActedOn: (type: string) => boolean;
  count: (source: EventSource, outcome: EventOutcome) => void;
  /** Told once of each. */
  onParked: (event: ProviderEvent, reason: UnmatchedReason) => void;
};

export type ReceiveEvent = (event: ProviderEvent, source: EventSource) => Promise<EventOutcome>;

export type Receiver = {
  receive: ReceiveEvent;
  /** What a webhook comes to that need not be kept: nobody acts on it, or the payment knows of it by itself. Undefined of all others. */
  glance: (event: ProviderEvent) => Promise<EventOutcome | undefined>;
};

/** Longer than a command's own call; whoever waits holds a message, not a request. */
const budgetMs = 15_000;
/** A webhook may overtake the answer to the very command that it tells of: a moment later there is nothing to look at. */
const overtakenMs = 100;

/**
 * What Stripe says has happened, as a hint to look: events come twice, late and in any order. Whose it is stands in the metadata;
 * what belongs to nobody here is parked, never dropped. Throws `unavailable` when it came at a bad time.
 */
export function createReceiver(deps: ReceiveDeps): Receiver {
  return {
    async receive(event, source) {
      const outcome = await receive(deps, event, source);
      deps.count(source, outcome);
      return outcome;
    },
    async glance(event) {
      const outcome = await glance(deps, event);
      if (outcome) deps.count('webhook', outcome);
      return outcome;
    },
  };
}

async function glance(
  { isActedOn, scope, payments }: ReceiveDeps,
  event: ProviderEvent,
): Promise<EventOutcome | undefined> {
  if (!isActedOn(event.type)) return 'ignored';
  const orderId = OrderId.safeParse(event.orderId).data;
  if (event.scope !== scope || orderId === undefined) return undefined;
  // Whatever keeps the store from answering, the queue waits for it.
  const known = await knownSoon(payments, orderId).catch(() => undefined);
  return known && isKnown(known, event) ? 'unchanged' : undefined;
}

async function knownSoon(payments: Payments, orderId: string): Promise<Known | undefined> {
  const known = await payments.known(orderId);
  if (!known?.isInDoubt) return known;
  await pause(overtakenMs);
  return payments.known(orderId);
}

async function receive(deps: ReceiveDeps, event: ProviderEvent, source: EventSource): Promise<EventOutcome> {
  if (!deps.isActedOn(event.type)) return 'ignored';
  const owner = await ownerOf(deps.provider, event);
  if (owner.scope !== undefined && owner.scope !== deps.scope) return 'foreign';
  const orderId = OrderId.safeParse(owner.orderId).data;
  if (owner.scope === undefined || orderId === undefined) return park(deps, event, 'no-order');
  if (event.type.startsWith('charge.dispute.')) return park(deps, event, 'dispute', orderId);
  return receiveForOrder(deps, orderId, { event, source });
}

/** Disputes have no metadata of ours, nor has a refund that was made by hand: then the intent's counts. */
async function ownerOf(
  provider: PaymentProvider,
  event: ProviderEvent,
): Promise<Pick<ProviderEvent, 'orderId' | 'scope'>> {
  if (event.scope !== undefined || event.intentId === undefined) return event;
  return (await provider.findIntent(event.intentId, { timeoutMs: budgetMs })) ?? event;
}

async function receiveForOrder(
  deps: ReceiveDeps,
  orderId: string,
  { event, source }: { event: ProviderEvent; source: EventSource },
): Promise<EventOutcome> {
  const { payments, events, desk } = deps;
  const known = await payments.known(orderId);
  if (!known) return park(deps, event, 'unknown-order', orderId);
  if (isKnown(known, event)) return 'unchanged';
  if (await events.isSeen(orderId, event.id)) return 'duplicate';
  const options = { budget: budgetOf(budgetMs), publish: true, event: { of: event, source } };
  const state = await desk.look(orderId, options);
  if (!state) return park(deps, event, 'other-intent', orderId);
  // The store says it once; another message with this event finds it seen.
  return state.payment.version === known.version ? 'unchanged' : 'applied';
}

async function park(
  { events, onParked }: ReceiveDeps,
  event: ProviderEvent,
  reason: UnmatchedReason,
  orderId?: string,
): Promise<EventOutcome> {
  if (await events.park(event, { reason, ...(orderId ? { orderId } : {}) })) onParked(event, reason);
  return 'parked';
}
