import type Stripe from 'stripe';
import { z } from 'zod';
import type { ControlHandler } from '../simulator/dialect.ts';
import { json } from '../simulator/http/call.ts';
import type { RouteName } from '../simulator/http/router.ts';
import type { Entry } from '../simulator/ledger.ts';
import { idOf, openAccount, type AccountDeps } from './account.ts';
import { answerChallenge, findChallenged } from './payments/challenge.ts';
import { closeDispute, openDispute } from './payments/dispute.ts';
import { failRefund } from './payments/refund.ts';

const Outcome = z.strictObject({ outcome: z.enum(['approve', 'deny']) });
const Opening = z.strictObject({
  reason: z.enum(['fraudulent', 'product_not_received']).default('fraudulent'),
  isInquiry: z.boolean().default(false),
});
const Closing = z.strictObject({ outcome: z.enum(['won', 'lost']) });

/** What a customer, a bank or an auditor does, which Stripe's API has no route for. */
export function controlRoutes(deps: AccountDeps): Record<RouteName, ControlHandler> {
  const account = () => openAccount(deps, null);
  return {
    'GET /simulator/ledger': ({ query }) => json(200, reportLedger(deps, query.get('payment_intent') ?? undefined)),
    'POST /simulator/intents/:id/challenge': ({ params, body }) => {
      const { outcome } = Outcome.parse(body);
      return json(200, { result: answerChallenge(account(), findChallenged(account(), params['id'] ?? ''), outcome) });
    },
    'POST /simulator/refunds/:id/fail': ({ params }) => {
      failRefund(account(), params['id'] ?? '');
      return json(200, deps.objects.find('refund', params['id'] ?? '')?.shown);
    },
    'POST /simulator/charges/:id/dispute': ({ params, body }) =>
      json(200, openDispute(account(), params['id'] ?? '', Opening.parse(body))),
    'POST /simulator/disputes/:id/close': ({ params, body }) =>
      json(200, closeDispute(account(), params['id'] ?? '', Closing.parse(body).outcome === 'won')),
  };
}

/** Minor units. `authorized` is what is held now, not what once was. */
export type PaymentReport = {
  paymentIntent: string;
  metadata: Record<string, string>;
  status: string;
  currency: string;
  amount: number;
  authorizations: number;
  captures: number;
  authorized: number;
  captured: number;
  refunded: number;
  disputed: number;
};

/** For an auditor: every entry, what the accounts hold, and each payment as the ledger, not the API, knows it. */
export function reportLedger({ objects, parts }: AccountDeps, paymentIntent?: string) {
  const entries = parts.ledger.entries(paymentIntent);
  const bySubject = Map.groupBy(entries, ({ subject }) => subject);
  const payments: PaymentReport[] = [];
  for (const { shown } of intentsOf(objects, paymentIntent))
    payments.push(reportPayment(shown, bySubject.get(shown.id) ?? []));
  return { balances: parts.ledger.balances(paymentIntent), payments, entries };
}

function intentsOf(objects: AccountDeps['objects'], id: string | undefined) {
  if (id === undefined) return objects.each('payment_intent');
  const known = objects.find('payment_intent', id);
  return known ? [known] : [];
}

function reportPayment(intent: Stripe.PaymentIntent, own: readonly Entry[]): PaymentReport {
  const sum = (account: string, kinds?: readonly string[]) =>
    own
      .filter((entry) => entry.account === account && (!kinds || kinds.includes(entry.kind)))
      .reduce((total, { amount }) => total + amount, 0);
  const count = (kind: string) =>
    new Set(own.filter((entry) => entry.kind === kind).map(({ posting }) => posting)).size;
  return {
    paymentIntent: idOf(intent) ?? '',
    metadata: intent.metadata,
    status: intent.status,
    currency: intent.currency,
    amount: intent.amount,
    authorizations: count('authorize'),
    captures: count('capture'),
    authorized: sum('authorized'),
    captured: sum('balance', ['capture']),
    refunded: -sum('balance', ['refund', 'refund-failed']),
    disputed: -sum('balance', ['dispute', 'dispute-won']),
  };
}
