import { z } from 'zod';
import { createdFilter, listPage, listParameters } from '../api/lists.ts';
import { changeMetadata, flag, metadata, readParameters, text, unsettable } from '../api/parameters.ts';
import { answerDispute, closeDispute } from '../payments/dispute.ts';
import { refundCharge, RefundInput } from '../payments/refund.ts';
import type { Endpoints } from './endpoint.ts';

const listed = { ...listParameters, created: createdFilter.exactOptional(), payment_intent: text.exactOptional() };
const ChargesInput = z.strictObject({ ...listed, customer: text.exactOptional() });
const OfChargeInput = z.strictObject({ ...listed, charge: text.exactOptional() });
const MetadataInput = z.strictObject({ metadata: metadata.exactOptional() });
const EvidenceInput = z.strictObject({
  evidence: z.record(z.string(), unsettable).default({}),
  metadata: metadata.exactOptional(),
  submit: flag.default(true),
});
const nothing = z.strictObject({});

/** Charges, and what becomes of them: refunds and disputes. */
export const charges: Endpoints = {
  'GET /v1/charges': {
    handle({ account, form }) {
      const input = readParameters(ChargesInput, form);
      const attributes = { customer: input.customer, payment_intent: input.payment_intent };
      return listPage(account.objects, 'charge', { url: '/v1/charges', attributes, input });
    },
  },
  'GET /v1/charges/:id': { handle: ({ account, params }) => account.get('charge', params['id'] ?? '').shown },

  'POST /v1/refunds': { handle: ({ account, form }) => refundCharge(account, readParameters(RefundInput, form)) },
  'GET /v1/refunds': {
    handle({ account, form }) {
      const input = readParameters(OfChargeInput, form);
      const attributes = { charge: input.charge, payment_intent: input.payment_intent };
      return listPage(account.objects, 'refund', { url: '/v1/refunds', attributes, input });
    },
  },
  'GET /v1/refunds/:id': { handle: ({ account, params }) => account.get('refund', params['id'] ?? '').shown },
  'POST /v1/refunds/:id': {
    handle({ account, params, form }) {
      const { metadata: change } = readParameters(MetadataInput, form);
      const { shown, hidden } = account.get('refund', params['id'] ?? '');
      const changed = { ...shown, metadata: changeMetadata(shown.metadata ?? {}, change) };
      account.save('refund', { shown: changed, hidden });
      account.emit('refund.updated', changed);
      return changed;
    },
  },

  'GET /v1/disputes': {
    handle({ account, form }) {
      const input = readParameters(OfChargeInput, form);
      const attributes = { charge: input.charge, payment_intent: input.payment_intent };
      return listPage(account.objects, 'dispute', { url: '/v1/disputes', attributes, input });
    },
  },
  'GET /v1/disputes/:id': { handle: ({ account, params }) => account.get('dispute', params['id'] ?? '').shown },
  'POST /v1/disputes/:id': {
    handle({ account, params, form }) {
      const { evidence, submit } = readParameters(EvidenceInput, form);
      return answerDispute(account, params['id'] ?? '', { evidence, isSubmitted: submit });
    },
  },
  'POST /v1/disputes/:id/close': {
    handle({ account, params, form }) {
      readParameters(nothing, form);
      return closeDispute(account, params['id'] ?? '', false);
    },
  },
};
