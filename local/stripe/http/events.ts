import type Stripe from 'stripe';
import { z } from 'zod';
import { randomId } from '../../simulator/objects.ts';
import { newId } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { createdFilter, listPage, listParameters } from '../api/lists.ts';
import { changeMetadata, flag, metadata, readParameters, text, unsettable } from '../api/parameters.ts';
import { apiVersion } from '../config.ts';
import type { Endpoints } from './endpoint.ts';

const EventsInput = z.strictObject({
  ...listParameters,
  created: createdFilter.exactOptional(),
  type: text.exactOptional(),
  types: z.array(text).max(20).exactOptional(),
  delivery_success: flag.exactOptional(),
});
const enabledEvents = z.array(text).nonempty();
const EndpointInput = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  enabled_events: enabledEvents,
  api_version: z.literal(apiVersion).exactOptional(),
  description: unsettable.exactOptional(),
  metadata: metadata.exactOptional(),
});
const EndpointChange = z.strictObject({
  url: EndpointInput.shape.url.exactOptional(),
  enabled_events: enabledEvents.exactOptional(),
  description: unsettable.exactOptional(),
  disabled: flag.exactOptional(),
  metadata: metadata.exactOptional(),
});

/** Stripe lists the events of the last 30 days. */
const listedSeconds = 30 * 24 * 60 * 60;

export const events: Endpoints = {
  'GET /v1/events': {
    handle({ account, form }) {
      const { type, types, delivery_success: success, ...input } = readParameters(EventsInput, form);
      if (type !== undefined && types) throw refuse.notPossible('You may pass either `type` or `types`, but not both.');
      const where = (event: Record<string, unknown>) =>
        Number(event['created']) > account.now - listedSeconds &&
        (!types || types.includes(String(event['type']))) &&
        (success === undefined || success === (event['pending_webhooks'] === 0));
      return listPage(account.objects, 'event', { url: '/v1/events', attributes: { type }, input, where });
    },
  },
  'GET /v1/events/:id': { handle: ({ account, params }) => account.get('event', params['id'] ?? '').shown },

  'POST /v1/webhook_endpoints': {
    handle({ account, form }) {
      const input = readParameters(EndpointInput, form);
      const secret = randomId('whsec_', 32);
      const shown: Stripe.WebhookEndpoint = {
        id: newId('we'),
        object: 'webhook_endpoint',
        api_version: input.api_version ?? null,
        application: null,
        created: account.now,
        description: input.description || null,
        enabled_events: input.enabled_events,
        livemode: false,
        metadata: changeMetadata({}, input.metadata),
        status: 'enabled',
        url: input.url,
      };
      account.save('webhook_endpoint', { shown, hidden: { secret } });
      // Shown this once.
      return { ...shown, secret };
    },
  },
  'GET /v1/webhook_endpoints': {
    handle({ account, form }) {
      const input = readParameters(z.strictObject(listParameters), form);
      return listPage(account.objects, 'webhook_endpoint', { url: '/v1/webhook_endpoints', attributes: {}, input });
    },
  },
  'GET /v1/webhook_endpoints/:id': {
    handle: ({ account, params }) => account.get('webhook_endpoint', params['id'] ?? '').shown,
  },
  'POST /v1/webhook_endpoints/:id': {
    handle({ account, params, form }) {
      const { disabled, description, ...input } = readParameters(EndpointChange, form);
      const { shown, hidden } = account.get('webhook_endpoint', params['id'] ?? '');
      const changed: Stripe.WebhookEndpoint = {
        ...shown,
        url: input.url ?? shown.url,
        enabled_events: input.enabled_events ?? shown.enabled_events,
        description: description === undefined ? shown.description : description || null,
        metadata: changeMetadata(shown.metadata, input.metadata),
        status: disabled === undefined ? shown.status : disabled ? 'disabled' : 'enabled',
      };
      account.save('webhook_endpoint', { shown: changed, hidden });
      return changed;
    },
  },
  'DELETE /v1/webhook_endpoints/:id': {
    handle({ account, params }) {
      const { shown } = account.get('webhook_endpoint', params['id'] ?? '');
      account.objects.remove('webhook_endpoint', shown.id);
      return { id: shown.id, object: 'webhook_endpoint', deleted: true };
    },
  },
};
