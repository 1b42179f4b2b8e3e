import { z } from 'zod';
import { idOf, type StripeKinds } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { listPage, listParameters } from '../api/lists.ts';
import { changeMetadata, metadata, readParameters, text } from '../api/parameters.ts';
import {
  billingDetails,
  buildPaymentMethod,
  cardError,
  cardOf,
  PaymentMethodInput,
  refuseRawNumber,
  takePaymentMethod,
  toBillingDetails,
} from '../objects/payment-method.ts';
import { buildConfirmationToken, ConfirmationTokenInput } from '../payments/confirmation-token.ts';
import type { Endpoints, StripeRequest } from './endpoint.ts';

const ListInput = z.strictObject({
  ...listParameters,
  customer: text.exactOptional(),
  type: z.literal('card').exactOptional(),
});
const UpdateInput = z.strictObject({
  billing_details: billingDetails.exactOptional(),
  metadata: metadata.exactOptional(),
});
const nothing = z.strictObject({});

export const paymentMethods: Endpoints = {
  'POST /v1/payment_methods': {
    isForBrowsers: true,
    handle({ account, form, caller }) {
      const input = readParameters(PaymentMethodInput, form);
      if (caller === 'secret') refuseRawNumber(input);
      const made = buildPaymentMethod(account, input);
      account.save('payment_method', made);
      return made.shown;
    },
  },
  'GET /v1/payment_methods': {
    handle({ account, form }) {
      const input = readParameters(ListInput, form);
      const attributes = { customer: input.customer, type: input.type };
      return listPage(account.objects, 'payment_method', { url: '/v1/payment_methods', attributes, input });
    },
  },
  'GET /v1/payment_methods/:id': {
    handle: ({ account, params }) => takePaymentMethod(account, params['id'] ?? '').shown,
  },
  'POST /v1/payment_methods/:id': {
    handle({ account, params, form }) {
      const input = readParameters(UpdateInput, form);
      const { shown, hidden } = account.get('payment_method', params['id'] ?? '');
      const changed = {
        ...shown,
        ...(input.billing_details ? { billing_details: toBillingDetails(input.billing_details) } : {}),
        metadata: changeMetadata(shown.metadata ?? {}, input.metadata),
      };
      account.save('payment_method', { shown: changed, hidden });
      account.emit('payment_method.updated', changed);
      return changed;
    },
  },
  'POST /v1/payment_methods/:id/attach': { handle: attach },
  'POST /v1/payment_methods/:id/detach': {
    handle({ account, params, form }) {
      readParameters(nothing, form);
      const { shown, hidden } = account.get('payment_method', params['id'] ?? '');
      if (shown.customer === null)
        throw refuse.notPossible(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
        );
      const detached = { ...shown, customer: null };
      account.save('payment_method', { shown: detached, hidden: { ...hidden, isUsed: true } });
      account.emit('payment_method.detached', detached);
      return detached;
    },
  },
  'POST /v1/confirmation_tokens': {
    isForBrowsers: true,
    handle({ account, form, caller }) {
      if (caller === 'secret') throw refuse.notPossible('ConfirmationTokens are made by Stripe.js.');
      return makeToken({ account, form });
    },
  },
  'POST /v1/test_helpers/confirmation_tokens': { handle: makeToken },
  'GET /v1/confirmation_tokens/:id': {
    handle: ({ account, params }) => account.get('confirmation_token', params['id'] ?? '').shown,
  },
};

function makeToken({ account, form }: Pick<StripeRequest, 'account' | 'form'>): object {
  const token = buildConfirmationToken(account, readParameters(ConfirmationTokenInput, form));
  account.save('confirmation_token', token);
  return token.shown;
}

/** Attaching asks the bank too: a card that is declined is not kept, but for the ones made to be. */
function attach({ account, params, form }: StripeRequest): object {
  const { customer } = readParameters(z.strictObject({ customer: text }), form);
  account.get('customer', customer, 'customer');
  const { shown, hidden } = takePaymentMethod(account, params['id'] ?? '');
  if (shown.customer !== null && idOf(shown.customer) !== customer)
    throw refuse.notPossible('The payment method you provided has already been attached to a customer.');
  if (hidden.isUsed && shown.customer === null)
    throw refuse.notPossible(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
  const card = cardOf({ shown, hidden } as StripeKinds['payment_method']);
  if (card.charge !== 'approved' && card.attach !== 'approved')
    throw cardError(card.charge.code, card.charge.message, { decline_code: card.charge.declineCode });
  const attached = { ...shown, customer };
  account.save('payment_method', { shown: attached, hidden });
  account.emit('payment_method.attached', attached);
  return attached;
}
