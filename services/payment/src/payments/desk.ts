import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { nextCall } from '../domain/calls.ts';
import { paymentBusy, paymentNotFound } from '../domain/errors.ts';
import { advance, isOldNews, type PaymentState } from '../domain/payment.ts';
import type { Change, Plan } from '../domain/plans.ts';
import type { ProviderEvent } from '../domain/provider.ts';
import { advanceRefunds } from '../domain/refunds.ts';
import { settling } from '../domain/settlement.ts';
import type { Opening } from '../store/opening.ts';
import type { Acquired, Lease, Payments } from '../store/payments.ts';
import type { EventSource } from '../store/tables.ts';
import { budgetOf, type Budget } from './budget.ts';
import { carryOut, timeoutOf, type CarryOutDeps } from './carry-out.ts';

export type DeskDeps = CarryOutDeps & { payments: Payments };

type LookOptions = { budget: Budget; publish: boolean; event?: { of: ProviderEvent; source: EventSource } };

/**
 * Where all work on one payment happens, one piece at a time: whoever has the row's lease carries out what was begun, whether it
 * began it or found it.
 */
export type Desk = {
  /** Does what the plan wants, and answers the payment as it is then: `processing` when Stripe has not said in time. */
  run(orderId: string, plan: Plan, options: { budget: Budget; opening?: Opening }): Promise<PaymentState>;
  /** Asks Stripe what is true. Undefined when the event is about another intent than the order's. */
  look(orderId: string, options: LookOptions): Promise<PaymentState | undefined>;
  /** Finishes what somebody began and did not live to finish; whether it is finished. */
  finish(orderId: string, options: { budget: Budget; lookInMs: number }): Promise<boolean>;
};

export function createDesk(deps: DeskDeps): Desk {
  return {
    run: (orderId, plan, options) => run(deps, orderId, plan, options),
    look: (orderId, options) => look(deps, orderId, options),
    finish: (orderId, options) => finish(deps, orderId, options),
  };
}

type Leased = { state: PaymentState; token: string };
type Carrying = { budget: Budget; publish: boolean; keep?: boolean; isFound: (key: string) => boolean };

async function run(
  deps: DeskDeps,
  orderId: string,
  plan: Plan,
  { budget, opening }: { budget: Budget; opening?: Opening },
): Promise<PaymentState> {
  for (;;) {
    const token = randomUUID();
    let found: readonly string[] = [];
    const watched: Plan = (state) => {
      found = state.calls.map(({ key }) => key);
      return plan(state);
    };
    const acquired = await acquire(deps, orderId, { token, plan: watched, ...(opening ? { opening } : {}) }, budget);
    if (acquired.kind === 'missing') throw paymentNotFound(orderId);
    if (acquired.kind === 'held') return underWay(deps, orderId, plan);
    if (acquired.kind === 'done') return acquired.state;
    const carrying: Carrying = { budget, publish: false, isFound: (key) => found.includes(key) };
    const state = await withLease(deps, { ...acquired, token }, (leased) => settleCalls(deps, leased, carrying));
    const verdict = plan(state);
    if (verdict === undefined) return state;
    if (verdict === 'wait') throw paymentBusy();
  }
}

/** Somebody else is at it: what is under way is answered as it is, what is not begun is refused for now. */
async function underWay({ payments }: DeskDeps, orderId: string, plan: Plan): Promise<PaymentState> {
  const state = await payments.find(orderId);
  if (state === undefined) throw paymentNotFound(orderId);
  if (plan(state) === undefined) return state;
  throw paymentBusy();
}

async function look(deps: DeskDeps, orderId: string, options: LookOptions): Promise<PaymentState | undefined> {
  const { budget, publish, event } = options;
  const token = randomUUID();
  const acquired = await acquire(deps, orderId, { token, plan: () => undefined, keep: true }, budget);
  if (acquired.kind === 'missing') throw paymentNotFound(orderId);
  if (acquired.kind !== 'leased') throw paymentBusy();
  return withLease(deps, { ...acquired, token }, async (leased) => {
    const carrying: Carrying = { budget, publish, keep: true, isFound: () => true };
    const state = await settleCalls(deps, leased, carrying);
    const { intentId } = state.payment;
    if (intentId === null && state.calls.length > 0) throw paymentBusy();
    if (event && event.of.intentId !== intentId) return undefined;
    if (intentId === null) {
      await deps.payments.release(orderId, token);
      return state;
    }
    const change = await truthOf(deps, state, intentId, options);
    const seen = event ? { event: { id: event.of.id, type: event.of.type, source: event.source } } : {};
    return deps.payments.write(state, change, { token, publish, release: true, ...seen });
  });
}

async function truthOf(
  deps: DeskDeps,
  state: PaymentState,
  intentId: string,
  { event, budget }: LookOptions,
): Promise<Change> {
  const { provider } = deps;
  // A command that was under way when the event came has found out meanwhile.
  if (event && isOldNews(state.payment, event.of.status)) return {};
  const timeoutMs = timeoutOf(deps, budget);
  const intent = await provider.findIntent(intentId, { timeoutMs });
  const isAboutRefund = event === undefined || event.of.type.startsWith('refund.');
  const hasRefunds = intent?.status === 'captured' && (isAboutRefund || state.refunds.length > 0);
  const refunds = hasRefunds ? await provider.refundsOf(intentId, { timeoutMs }) : [];
  return {
    payment: intent ? advance(state.payment, intent) : state.payment,
    refunds: advanceRefunds(state.refunds, refunds),
  };
}

async function finish(
  deps: DeskDeps,
  orderId: string,
  { budget, lookInMs }: { budget: Budget; lookInMs: number },
): Promise<boolean> {
  const token = randomUUID();
  const acquired = await deps.payments.acquire(orderId, { token, plan: () => undefined });
  if (acquired.kind !== 'leased') return acquired.kind === 'done';
  const carrying: Carrying = { budget, publish: true, isFound: () => true };
  const state = await withLease(
    deps,
    { ...acquired, token },
    (leased) => settleCalls(deps, leased, carrying),
    lookInMs,
  );
  return state.calls.length === 0;
}

/** Polls: whoever has the lease needs it for a request or two. */
async function acquire({ payments }: DeskDeps, orderId: string, lease: Lease, budget: Budget): Promise<Acquired> {
  const patience = budgetOf(Math.min(patienceMs, budget.leftMs()));
  // What is held has been opened.
  const { opening: _, ...again } = lease;
  let acquired = await payments.acquire(orderId, lease);
  while (acquired.kind === 'held' && patience.leftMs() >= pollMs) {
    await pause(pollMs);
    acquired = await payments.acquire(orderId, again);
  }
  return acquired;
}

const patienceMs = 8_000;
const pollMs = 100;

/** Whatever happens, the lease is given back: by the last write, or here. */
async function withLease<Result extends PaymentState | undefined>(
  { payments }: DeskDeps,
  { state, token }: Leased,
  work: (leased: Leased) => Promise<Result>,
  lookInMs?: number,
): Promise<Result> {
  const { orderId } = state.payment;
  try {
    const result = await work({ state, token });
    if (result === undefined || result.calls.length > 0) await payments.release(orderId, token, lookInMs);
    return result;
  } catch (error) {
    // The first error counts; without a store the lease ends by itself.
    await payments.release(orderId, token, lookInMs).catch(() => {});
    throw error;
  }
}

/** Carries out what is open, new calls before those that were found; one that has no outcome yet does not keep others waiting. */
async function settleCalls(deps: DeskDeps, leased: Leased, carrying: Carrying): Promise<PaymentState> {
  const { budget, publish, keep = false, isFound } = carrying;
  const { token } = leased;
  const stuck = new Set<string>();
  let { state } = leased;
  for (;;) {
    const open = state.calls.filter(({ key }) => !stuck.has(key));
    const fresh = open.filter(({ key }) => !isFound(key) || begun(state, leased.state, key));
    const call = nextCall(fresh.length > 0 ? fresh : open);
    if (!call) return state;
    const isFresh = fresh.includes(call);
    const settlement = await carryOut(deps, { call, payment: state.payment, budget, isFresh });
    if (!settlement) {
      stuck.add(call.key);
      continue;
    }
    const change = settling(settlement, { scope: deps.scope, now: deps.clock.now() })(state);
    // What Stripe has refused just now is asked for again later.
    if (change.begin?.operation === call.operation) stuck.add(change.begin.key);
    state = await deps.payments.write(state, change, { token, publish, release: !keep });
  }
}

/** A call that follows from one that was just settled. */
function begun(now: PaymentState, before: PaymentState, key: string): boolean {
  return now.calls.some((call) => call.key === key) && !before.calls.some((call) => call.key === key);
}
