import type { Alarm } from '../simulator/alarms.ts';
import type { Dialect, Outcome, Refusal, Work } from '../simulator/dialect.ts';
import { json, type Answer, type Call } from '../simulator/http/call.ts';
import { createRouter } from '../simulator/http/router.ts';
import type { Delivery } from '../simulator/webhooks/queue.ts';
import { openAccount, type AccountDeps } from './account.ts';
import { errorAnswer, StripeError, type ErrorBody } from './api/errors.ts';
import { expandObject } from './api/expand.ts';
import type { Form } from './api/form.ts';
import { createAnswersByKey, fingerprintOf, replayOf, type AnswersByKey } from './api/idempotency.ts';
import { authenticate, checkVersion, readInput, readKey, withoutSecrets } from './api/request.ts';
import { apiVersion } from './config.ts';
import { controlRoutes } from './control.ts';
import { charges } from './http/charges.ts';
import { customers } from './http/customers.ts';
import type { Endpoint } from './http/endpoint.ts';
import { events } from './http/events.ts';
import { pages, type Page } from './http/pages.ts';
import { paymentIntents } from './http/payment-intents.ts';
import { paymentMethods } from './http/payment-methods.ts';
import { setupIntents } from './http/setup-intents.ts';
import { findExpanded } from './objects/expanded.ts';
import { lapse } from './payments/capture.ts';
import { lapseAlarm } from './payments/charge-card.ts';
import { disputeAlarm, openDispute } from './payments/dispute.ts';
import { refundAlarm, settleRefund } from './payments/refund.ts';
import { refuse } from './api/errors.ts';
import { signLetter } from './webhook-signature.ts';

export const endpoints = {
  ...paymentIntents,
  ...setupIntents,
  ...paymentMethods,
  ...customers,
  ...charges,
  ...events,
};

export function speakStripe(deps: AccountDeps): Dialect {
  const { parts, objects } = deps;
  const answers = createAnswersByKey(parts.database, parts.clock);
  const match = createRouter<Endpoint | Page>({ ...endpoints, ...pages });
  return {
    match,
    lockOf: readKey,
    carryOut(work) {
      const served = work.route.handler as Endpoint | Page;
      if (typeof served === 'function') return { answer: served(deps, work), isReplay: false };
      return answerOnce(deps, answers, work, served);
    },
    refusal: refusalOf,
    parametersOf: (call) => safely(() => withoutSecrets(readInput(call))),
    ring: (alarm) => ring(deps, alarm),
    write: (delivery) => addressed(deps, delivery),
    delivered({ event, forgery }) {
      const stored = objects.find('event', event);
      if (!stored || forgery) return;
      const pending = Math.max(0, stored.shown.pending_webhooks - 1);
      objects.put('event', { ...stored, shown: { ...stored.shown, pending_webhooks: pending } });
    },
    control: controlRoutes(deps),
  };
}

/** The first time a key is seen it is carried out; from then on its answer is given again. */
function answerOnce(deps: AccountDeps, answers: AnswersByKey, work: Work, endpoint: Endpoint): Outcome {
  const { call } = work;
  const key = readKey(call);
  try {
    const caller = authenticate(call, deps.config);
    if (caller === 'publishable' && !endpoint.isForBrowsers) throw refuse.notWithPublishableKey();
    checkVersion(call);
    const form = readInput(call);
    const fingerprint = fingerprintOf(call.method, call.path, withoutSecrets(form));
    const known = key === undefined ? undefined : answers.find(key, fingerprint);
    if (known) return { answer: replayOf(known), isReplay: true };
    const { answer, isStored } = doneFor(deps, work, endpoint, { form, caller });
    if (key !== undefined && isStored)
      answers.store(key, fingerprint, { status: answer.status, json: answer.json, requestId: work.requestId });
    return { answer: speaking(answer, call), isReplay: false };
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    return { answer: speaking(errorAnswer(error.status, error.body), call), isReplay: false };
  }
}

/** What comes of it, the trouble that was asked for included. */
function doneFor(deps: AccountDeps, work: Work, endpoint: Endpoint, { form, caller }: Input): Done {
  if (work.isRefused) return refused();
  const { key: _, ...parameters } = form;
  const done = carryOut(deps, work, endpoint, { form: parameters, caller });
  return work.failsAfterCommit ? failed(done) : done;
}

type Done = { answer: Answer; isStored: boolean };
type Input = { form: Form; caller: 'secret' | 'publishable' };

function carryOut(deps: AccountDeps, work: Work, endpoint: Endpoint, { form, caller }: Input): Done {
  const cause = { id: work.requestId, idempotency_key: readKey(work.call) ?? null };
  try {
    const result = deps.parts.database.transaction(() => {
      const account = openAccount(deps, cause);
      const shown = endpoint.handle({ account, params: work.route.params, form, caller });
      if (shown instanceof StripeError) return shown;
      return expandObject(shown, expandedOf(form), findExpanded(account));
    });
    if (result instanceof StripeError) return { answer: errorAnswer(result.status, result.body), isStored: true };
    return { answer: json(200, result), isStored: true };
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    return { answer: errorAnswer(error.status, error.body), isStored: error.isStored };
  }
}

const expandedOf = ({ expand }: Form): string[] => (Array.isArray(expand) ? expand.map(String) : []);

/** Done, and told otherwise: the key remembers the error. */
const failed = ({ isStored }: Done): Done => ({ answer: refusalOf('server-error', 'false'), isStored });

const refused = (): Done => ({ answer: refusalOf('refused', 'false'), isStored: true });

const speaking = (answer: Answer, call: Call): Answer => {
  const key = readKey(call);
  const headers = { 'stripe-version': apiVersion, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return { ...answer, headers: { ...headers, ...answer.headers } };
};

const refusals: Record<Refusal, [number, ErrorBody]> = {
  conflict: [
    409,
    {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message:
        'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    },
  ],
  'rate-limit': [
    429,
    {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message: 'Request rate limit exceeded. We recommend an exponential backoff of your requests.',
    },
  ],
  refused: [400, { type: 'invalid_request_error', message: 'This is not possible. The simulator was told so.' }],
  'server-error': [
    500,
    {
      type: 'api_error',
      message: 'An unknown error occurred. If you see this a lot, the simulator was told to do so.',
    },
  ],
  'not-found': [404, { type: 'invalid_request_error', message: 'Unrecognized request URL.' }],
  malformed: [400, { type: 'invalid_request_error', message: 'The request could not be read.' }],
};

/** Stripe says whether trying again may help: not where the key would answer the same. */
function refusalOf(why: Refusal, shouldRetry?: 'true' | 'false'): Answer {
  const [status, body] = refusals[why];
  const retry = shouldRetry ?? (why === 'conflict' ? 'true' : undefined);
  return errorAnswer(status, body, retry === undefined ? {} : { 'stripe-should-retry': retry });
}

function ring(deps: AccountDeps, { kind, subject }: Alarm): void {
  const account = openAccount(deps, null);
  if (kind === lapseAlarm) lapse(account, subject);
  if (kind === refundAlarm) settleRefund(account, subject);
  // Refunded whole in the meantime, nothing is left to be disputed.
  if (kind === disputeAlarm) safely(() => deps.parts.database.transaction(() => openDispute(account, subject)));
}

function addressed({ objects }: AccountDeps, delivery: Delivery) {
  const endpoint = objects.find('webhook_endpoint', delivery.endpoint);
  return endpoint && signLetter({ url: endpoint.shown.url, secret: endpoint.hidden.secret, delivery, now: Date.now() });
}

function safely<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof StripeError) return undefined;
    throw error;
  }
}
