import { z } from 'zod';
import { refuse } from '../api/errors.ts';
import { createdFilter, listPage, listParameters } from '../api/lists.ts';
import { readParameters, text } from '../api/parameters.ts';
import { choosePaymentMethod } from '../payments/confirm.ts';
import { buildSetupIntent, confirmSetup, SetupConfirmInput, SetupInput } from '../payments/setup.ts';
import { getIntent, orShown, type Endpoints } from './endpoint.ts';

const ListInput = z.strictObject({
  ...listParameters,
  created: createdFilter.exactOptional(),
  customer: text.exactOptional(),
});
const CancelInput = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'requested_by_customer']).exactOptional(),
});

export const setupIntents: Endpoints = {
  'POST /v1/setup_intents': {
    handle(request) {
      const { account, form, caller } = request;
      const input = readParameters(SetupInput, form);
      if (input.customer !== undefined) account.get('customer', input.customer, 'customer');
      const stored = buildSetupIntent(account, input);
      if (input.payment_method !== undefined) {
        stored.shown.payment_method = choosePaymentMethod(account, stored.shown, input, caller).shown.id;
        stored.shown.status = 'requires_confirmation';
      }
      account.save('setup_intent', stored);
      account.emit('setup_intent.created', stored.shown);
      if (!input.confirm) return stored.shown;
      const { payment_method: _named, ...rest } = input;
      return orShown(request, 'setup_intent', confirmSetup(account, stored, rest, caller), stored.shown.id);
    },
  },
  'GET /v1/setup_intents': {
    handle({ account, form }) {
      const input = readParameters(ListInput, form);
      const attributes = { customer: input.customer };
      return listPage(account.objects, 'setup_intent', { url: '/v1/setup_intents', attributes, input });
    },
  },
  'GET /v1/setup_intents/:id': {
    isForBrowsers: true,
    handle(request) {
      readParameters(z.strictObject({ client_secret: text.exactOptional() }), request.form);
      return getIntent(request, 'setup_intent').shown;
    },
  },
  'POST /v1/setup_intents/:id/confirm': {
    isForBrowsers: true,
    handle(request) {
      const input = readParameters(SetupConfirmInput, request.form);
      const stored = getIntent(request, 'setup_intent');
      return orShown(request, 'setup_intent', confirmSetup(request.account, stored, input, request.caller));
    },
  },
  'POST /v1/setup_intents/:id/cancel': {
    handle(request) {
      const { cancellation_reason: reason } = readParameters(CancelInput, request.form);
      const { shown } = getIntent(request, 'setup_intent');
      if (['succeeded', 'canceled'].includes(shown.status))
        throw refuse.unexpectedState(
          `You cannot cancel this SetupIntent because it has a status of ${shown.status}.`,
          shown,
        );
      const canceled = {
        ...shown,
        cancellation_reason: reason ?? null,
        next_action: null,
        status: 'canceled' as const,
      };
      request.account.save('setup_intent', { shown: canceled, hidden: { challenge: null } });
      request.account.emit('setup_intent.canceled', canceled);
      return canceled;
    },
  },
};
