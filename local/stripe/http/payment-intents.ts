import { z } from 'zod';
import { idOf, type Account, type StripeKinds } from '../account.ts';
import { refuse, StripeError } from '../api/errors.ts';
import { createdFilter, listPage, listParameters } from '../api/lists.ts';
import { integer, metadata, readParameters, text } from '../api/parameters.ts';
import { readSearch } from '../api/search.ts';
import {
  buildPaymentIntent,
  checkAmount,
  ConfirmInput,
  CreateInput,
  describe,
  UpdateInput,
} from '../objects/payment-intent.ts';
import { cancelPayment, capturePayment } from '../payments/capture.ts';
import { choosePaymentMethod, confirmPayment } from '../payments/confirm.ts';
import { getIntent, orShown, type Endpoints, type StripeRequest } from './endpoint.ts';

const ListInput = z.strictObject({
  ...listParameters,
  created: createdFilter.exactOptional(),
  customer: text.exactOptional(),
});
const SearchInput = z.strictObject({
  query: text,
  limit: listParameters.limit,
  page: text.exactOptional(),
});
const RetrieveInput = z.strictObject({ client_secret: text.exactOptional() });
const CaptureInput = z.strictObject({ amount_to_capture: integer.exactOptional(), metadata: metadata.exactOptional() });
const CancelInput = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).exactOptional(),
});

export const paymentIntents: Endpoints = {
  'POST /v1/payment_intents': { handle: create },
  'GET /v1/payment_intents': {
    handle({ account, form }) {
      const input = readParameters(ListInput, form);
      const attributes = { customer: input.customer };
      return listPage(account.objects, 'payment_intent', { url: '/v1/payment_intents', attributes, input });
    },
  },
  'GET /v1/payment_intents/search': { handle: search },
  'GET /v1/payment_intents/:id': {
    isForBrowsers: true,
    handle(request) {
      readParameters(RetrieveInput, request.form);
      return getIntent(request, 'payment_intent').shown;
    },
  },
  'POST /v1/payment_intents/:id': { handle: update },
  'POST /v1/payment_intents/:id/confirm': {
    isForBrowsers: true,
    handle(request) {
      const input = readParameters(ConfirmInput, request.form);
      const stored = getIntent(request, 'payment_intent');
      return orShown(request, 'payment_intent', confirmPayment(request.account, stored, input, request.caller));
    },
  },
  'POST /v1/payment_intents/:id/capture': {
    handle(request) {
      const { amount_to_capture: amount, metadata: change } = readParameters(CaptureInput, request.form);
      const stored = getIntent(request, 'payment_intent');
      const shown = describe(stored.shown, change === undefined ? {} : { metadata: change });
      return capturePayment(request.account, { ...stored, shown }, amount);
    },
  },
  'POST /v1/payment_intents/:id/cancel': {
    handle(request) {
      const { cancellation_reason: reason } = readParameters(CancelInput, request.form);
      const stored = getIntent(request, 'payment_intent');
      return cancelPayment(request.account, stored, { reason: reason ?? null, hasLapsed: false });
    },
  },
};

function create(request: StripeRequest): object {
  const { account, caller } = request;
  const input = readParameters(CreateInput, request.form);
  checkConfirm(input);
  if (input.customer !== undefined) account.get('customer', input.customer, 'customer');
  const built = buildPaymentIntent(account, input);
  const stored = nameMethod(account, built, input);
  account.save('payment_intent', stored);
  account.emit('payment_intent.created', stored.shown);
  if (!input.confirm) return stored.shown;
  // The method was read on the way in; what is left is what confirming takes.
  const { payment_method: _named, payment_method_data: _data, ...rest } = input;
  const refusal = sayingWhatWasMade(() => confirmPayment(account, stored, rest, caller));
  return orShown(request, 'payment_intent', refusal, built.shown.id);
}

/** https://docs.stripe.com/api/payment_intents/create: these are for whoever confirms in the same request. */
const withConfirmOnly = ['error_on_requires_action', 'off_session', 'return_url'] as const;

function checkConfirm(input: CreateInput): void {
  const param = withConfirmOnly.find((name) => input[name] !== undefined);
  if (param !== undefined && !input.confirm)
    throw refuse.invalidParameter(param, `\`${param}\` can only be used with \`confirm=true\`.`);
}

/** A card that is declined leaves the intent, which the refusal shows; what is thrown leaves none, so none is shown. */
function sayingWhatWasMade(confirm: () => StripeError | undefined): StripeError | undefined {
  try {
    return confirm();
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    const { payment_intent: _, ...body } = error.body;
    throw new StripeError(error.status, body, error.isStored);
  }
}

function nameMethod(
  account: Account,
  stored: StripeKinds['payment_intent'],
  input: Pick<CreateInput, 'payment_method' | 'payment_method_data'>,
): StripeKinds['payment_intent'] {
  if (input.payment_method === undefined && input.payment_method_data === undefined) return stored;
  const method = choosePaymentMethod(account, stored.shown, input, 'secret');
  return { ...stored, shown: { ...stored.shown, payment_method: method.shown.id, status: 'requires_confirmation' } };
}

function update({ account, form, ...request }: StripeRequest): object {
  const input = readParameters(UpdateInput, form);
  const stored = getIntent({ account, form, ...request }, 'payment_intent');
  const { status } = stored.shown;
  const isOpen = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(status);
  const changesPayment =
    input.amount !== undefined || input.payment_method !== undefined || input.customer !== undefined;
  if (!isOpen && changesPayment)
    throw refuse.unexpectedState(
      `This PaymentIntent could not be updated because it has a status of ${status}.`,
      stored.shown,
    );
  const amount = input.amount === undefined ? stored.shown.amount : checkAmount(input.amount);
  const described = { ...stored, shown: { ...describe(stored.shown, input), amount } };
  const next = nameMethod(account, described, input);
  account.save('payment_intent', next);
  return next.shown;
}

/** Stripe's search sees what is about a minute old; this one sees everything. `page` is the id of the last one seen. */
function search({ account, form }: StripeRequest): object {
  const { query, limit, page } = readParameters(SearchInput, form);
  const attributes = readSearch(query, ['customer', 'currency', 'status']);
  const { items, hasMore } = account.objects.list('payment_intent', attributes, { limit, after: page });
  const last = items.at(-1);
  return {
    object: 'search_result',
    url: '/v1/payment_intents/search',
    has_more: hasMore,
    next_page: hasMore && last ? idOf(last.shown) : null,
    data: items.map(({ shown }) => shown),
  };
}
