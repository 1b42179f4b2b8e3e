import type { Log } from '@storefront/kit/log';
import type Stripe from 'stripe';
import { stripeEventTypes } from '../contract.ts';
import { stripeUnavailable } from '../domain/errors.ts';
import type { Answer, Call, IntentSnapshot, PaymentProvider, Truth } from '../domain/provider.ts';
import { answerOf, isApiError, isReplay, logFailure } from './answers.ts';
import type { StripeMetrics } from './metrics.ts';
import { toIntent, toProviderEvent, toRefundSnapshot } from './shapes.ts';

type Deps = { stripe: Stripe; log: Log; metrics: StripeMetrics };
type Options = Stripe.RequestOptions;
type Sent = { lastResponse: { headers: Record<string, string> } };

export function createStripeProvider({ stripe, log, metrics }: Deps): PaymentProvider {
  const read = reading({ log, metrics });
  return {
    async send(call, { intentId, timeoutMs }) {
      const end = metrics.duration.startTimer({ operation: call.operation });
      const options = { idempotencyKey: call.key, timeout: timeoutMs };
      const answer = await request(stripe, call, intentId ?? '', options).catch((error: unknown): Answer => {
        logFailure(log, call.operation, error);
        return answerOf(error);
      });
      end({ outcome: answer.kind });
      return answer;
    },
    findIntent: (intentId, { timeoutMs: timeout }) => read('retrieve', () => find(stripe, intentId, { timeout })),
    searchIntent: (order, { timeoutMs: timeout }) => read('search', () => search(stripe, order, { timeout })),
    refundsOf: (intentId, { timeoutMs: timeout }) =>
      read('list-refunds', async () => {
        const { data } = await stripe.refunds.list({ payment_intent: intentId, limit: 100 }, { timeout });
        return data.map(toRefundSnapshot);
      }),
    async *events(since) {
      for (let after: string | undefined; ;) {
        const of = { created: { gte: since }, types: [...stripeEventTypes], limit: 100 };
        const from = after ? { starting_after: after } : {};
        const { data, has_more: hasMore } = await read('list-events', () =>
          stripe.events.list({ ...of, ...from }, { timeout: listTimeoutMs }),
        );
        if (data.length > 0) yield data.map(toProviderEvent);
        after = data.at(-1)?.id;
        if (!hasMore || after === undefined) return;
      }
    },
  };
}

/** Reads, measured; without an answer it throws `stripe-unavailable`. */
function reading({ log, metrics }: Pick<Deps, 'log' | 'metrics'>) {
  return async <Result>(operation: string, work: () => Promise<Result>): Promise<Result> => {
    const end = metrics.duration.startTimer({ operation });
    try {
      const result = await work();
      end({ outcome: 'done' });
      return result;
    } catch (error) {
      if (!isApiError(error)) throw error;
      end({ outcome: answerOf(error).kind });
      logFailure(log, operation, error);
      throw stripeUnavailable();
    }
  };
}

async function find(stripe: Stripe, intentId: string, options: Options): Promise<IntentSnapshot | undefined> {
  try {
    return toIntent(await stripe.paymentIntents.retrieve(intentId, { expand }, options));
  } catch (error) {
    if (isApiError(error) && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

const expand = ['latest_charge'];
const listTimeoutMs = 10_000;

/** The parameters are those that were kept, as they are. */
async function request(stripe: Stripe, call: Call, intentId: string, options: Options): Promise<Answer> {
  const { paymentIntents, refunds } = stripe;
  const parameters = call.parameters as never;
  const intent = async (sent: Promise<Stripe.PaymentIntent & Sent>) => {
    const answered = await sent;
    return done({ intent: toIntent(answered) }, answered);
  };
  switch (call.operation) {
    case 'create':
      return intent(paymentIntents.create(parameters, options));
    case 'confirm':
      return intent(paymentIntents.confirm(intentId, parameters, options));
    case 'capture':
      return intent(paymentIntents.capture(intentId, parameters, options));
    case 'cancel':
      return intent(paymentIntents.cancel(intentId, parameters, options));
    case 'refund': {
      const answered = await refunds.create(parameters, options);
      return done({ refund: toRefundSnapshot(answered) }, answered as typeof answered & Sent);
    }
  }
}

const done = (truth: Truth, { lastResponse }: Sent): Answer => ({
  kind: 'done',
  truth,
  isReplay: isReplay(lastResponse.headers),
});

/** Stripe's search is about a minute behind, so what was made just now is looked for in the list. */
async function search(
  stripe: Stripe,
  { orderId, scope, since }: { orderId: string; scope: string; since: Date },
  options: Options,
) {
  const isMeant = ({ metadata }: Stripe.PaymentIntent) =>
    metadata['order_id'] === orderId && metadata['scope'] === scope;
  const found = await stripe.paymentIntents.search(
    { query: `metadata['order_id']:'${orderId}'`, expand: ['data.latest_charge'] },
    options,
  );
  const created = { gte: Math.floor(since.getTime() / 1000) - clockSkewSeconds };
  let intent = found.data.find(isMeant);
  let listed = 0;
  if (!intent)
    for await (const one of stripe.paymentIntents.list(
      { created, limit: 100, expand: ['data.latest_charge'] },
      options,
    )) {
      listed += 1;
      if (isMeant(one)) intent = one;
      if (intent || listed >= mostListed) break;
    }
  return intent && toIntent(intent);
}

const clockSkewSeconds = 300;
/** Newest first; more than a busy shop makes within its calls' deadline. */
const mostListed = 2_000;
