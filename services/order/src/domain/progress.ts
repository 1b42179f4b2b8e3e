import { ms } from '@storefront/kit/time';
import { OrderState } from '../contract.ts';
import type { Amendment, Fact, MailKind } from './amendment.ts';
import { newestAttempt, orderSaga, runOf } from './order.ts';
import { parcelLookAfter } from './fulfilment.ts';
import { sagaOf } from './purchase.ts';
import { hasArrived, hasLeft } from './status.ts';
import { conclude, turnBack, type Outcome, type Run, type Verdict } from './saga.ts';

/** What the world hears of a state that is reached. */
const told: Partial<Record<OrderState, { fact?: Fact; mail?: MailKind }>> = {
  confirmed: { fact: 'confirmed', mail: 'confirmation' },
  captured: { fact: 'captured' },
  'handed-over': { fact: 'shipped', mail: 'shipped' },
  delivered: { fact: 'delivered' },
  cancelled: { fact: 'cancelled' },
};

/** Moves one of the order's runs on by what came of its act. */
export function progress(amendment: Amendment, run: Run, outcome: Outcome): void {
  carryOut(amendment, run, conclude(sagaOf(run.saga), run, outcome, amendment.now));
}

/** A wish to cancel, decided between two steps: the saga turns, or the wish comes too late and is forgotten. */
export function decideCancellation(amendment: Amendment, run: Run): void {
  const { cancellation } = amendment.order;
  const reason = cancellation?.reason ?? 'cancelled';
  const verdict = turnBack(sagaOf(run.saga), run, reason, amendment.now);
  if (verdict) return carryOut(amendment, run, verdict);
  amendment.set({ cancellation: null }).note('cancellation-refused').keep(run);
}

function carryOut(amendment: Amendment, run: Run, verdict: Verdict): void {
  if (run.saga === orderSaga) return carryOutOrder(amendment, run, verdict);
  if (verdict.kind === 'completed') amendment.close(run, 'done');
  else if (verdict.kind === 'compensated') amendment.close(run, 'refused', verdict.reason);
  else if (verdict.kind === 'advanced') amendment.close(run, 'done').keep(verdict.run);
  else amendment.keep(verdict.run);
}

function carryOutOrder(amendment: Amendment, run: Run, verdict: Verdict): void {
  switch (verdict.kind) {
    case 'stays':
      amendment.keep(verdict.run);
      return;
    case 'advanced':
      amendment.close(run, 'done').keep(verdict.run);
      return reach(amendment, verdict.reached);
    case 'completed':
      amendment.close(run, 'done');
      return reach(amendment, verdict.reached);
    case 'turned': {
      const { cancellation } = amendment.order;
      const wish = cancellation ?? { reason: verdict.reason, wantedAt: amendment.now.toISOString() };
      amendment.set({ cancellation: wish }).become('cancelling');
      amendment.close(run, 'turned', verdict.reason).keep(verdict.run);
      return;
    }
    case 'resumed':
      amendment.set({ cancellation: null, state: stateBefore(verdict.run) }).note('cancellation-refused');
      amendment.close(run, 'refused', verdict.reason).keep(verdict.run);
      return;
    case 'parked':
      amendment.become('needs-review').keep(verdict.run);
      amendment.report('needs-review', { step: run.step, reason: verdict.reason });
      return;
    case 'compensated':
      compensated(amendment, run, verdict.reason);
  }
}

function compensated(amendment: Amendment, run: Run, reason: string): void {
  const { cancellation } = amendment.order;
  if (!cancellation) amendment.set({ cancellation: { reason, wantedAt: amendment.now.toISOString() } });
  amendment.close(run, run.turnedFrom === null ? 'refused' : 'done', reason);
  reach(amendment, 'cancelled');
}

/** The state in which an order is while it is at that step. */
function stateBefore({ step }: Run): OrderState {
  const steps = sagaOf(orderSaga);
  const index = steps.findIndex(({ name }) => name === step);
  return OrderState.catch('placed').parse(steps[index - 1]?.becomes);
}

function reach(amendment: Amendment, name: string | undefined): void {
  if (name === undefined) return;
  const state = OrderState.parse(name);
  amendment.become(state);
  const { fact, mail } = told[state] ?? {};
  if (fact) amendment.announce(fact);
  if (mail) amendment.mail(mail);
  for (const follow of consequences[state] ?? []) follow(amendment);
}

/** What a state means for the steps that are open then. */
const consequences: Partial<Record<OrderState, ((amendment: Amendment) => void)[]>> = {
  'stock-reserved': [awaitCard],
  confirmed: [heedAuthorization],
  captured: [awaitCarrier],
  'handed-over': [awaitCarrier],
};

/** An order that came without a card waits for one: there is nothing to be done until then. */
function awaitCard(amendment: Amendment): void {
  const run = runOf(amendment.order);
  if (!run || newestAttempt(amendment.order)) return;
  amendment.set({ state: 'awaiting-payment' }).keep({ ...run, dueAt: run.deadlineAt ?? run.dueAt });
}

/**
 * The carrier's word comes as an event; unless the parcel is further than that already, there is nothing to look for now. Where the label was
 * written down before this change, its word may have come while nobody waited for it, and does not come again.
 */
function awaitCarrier(amendment: Amendment): void {
  const { order, before } = amendment;
  const run = runOf(order);
  const isFurther = run?.step === 'hand-over' ? hasLeft : hasArrived;
  if (!run || before?.state === 'labelled' || order.parcels.some((parcel) => isFurther(parcel))) return;
  amendment.keep({ ...run, dueAt: new Date(amendment.now.getTime() + ms(parcelLookAfter)) });
}

/** Money is taken a day before its reservation lapses, or not at all. */
function heedAuthorization(amendment: Amendment): void {
  const run = runOf(amendment.order);
  const { captureBefore } = amendment.order.payment;
  if (!run?.deadlineAt || captureBefore === null) return;
  const limit = new Date(Date.parse(captureBefore) - ms('24h'));
  if (limit < run.deadlineAt) amendment.keep({ ...run, deadlineAt: limit });
}
