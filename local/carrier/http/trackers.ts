import { z } from 'zod';
import { json } from '../../simulator/http/call.ts';
import type { Desk } from '../desk.ts';
import { refuse } from '../errors.ts';
import { trackCode } from '../labels/tracker.ts';
import type { CarrierKinds, Webhook } from '../shapes.ts';
import type { Endpoints } from './endpoint.ts';
import { PageInput, readBody, readParameters, toPage } from './parameters.ts';

const TrackerBody = z.object({
  tracker: z.object({ tracking_code: z.string().min(1), carrier: z.string().nullish() }),
});
const TrackersInput = PageInput.extend({
  tracking_code: z.string().exactOptional(),
  carrier: z.unknown().exactOptional(),
});
const WebhookBody = z.object({ webhook: z.object({ url: z.url(), webhook_secret: z.string().nullish() }) });
const WebhookChange = z.object({ webhook_secret: z.string().nullish() });

/** Where parcels are, and who is told of it. */
export const trackers: Endpoints = {
  'POST /v2/trackers': ({ desk, call }) => {
    const { tracker } = readBody(TrackerBody, call.body);
    return json(201, trackCode(desk, tracker.tracking_code));
  },
  'GET /v2/trackers': ({ desk, call }) => {
    const { tracking_code: code, ...input } = readParameters(TrackersInput, Object.fromEntries(call.query));
    const { items, hasMore } = desk.objects.list('tracker', { tracking_code: code }, toPage(input));
    return json(200, { trackers: items.map(({ shown }) => shown), has_more: hasMore });
  },
  'GET /v2/trackers/:id': ({ desk, params }) => json(200, findTracker(desk, params['id'] ?? '').shown),

  'GET /v2/events': ({ desk, call }) => {
    const input = readParameters(PageInput, Object.fromEntries(call.query));
    const { items, hasMore } = desk.objects.list('event', {}, toPage(input));
    return json(200, { events: items.map(({ shown }) => shown), has_more: hasMore });
  },
  'GET /v2/events/:id': ({ desk, params }) => json(200, desk.get('event', params['id'] ?? '').shown),

  'POST /v2/webhooks': ({ desk, call }) => {
    const { url, webhook_secret: secret } = readBody(WebhookBody, call.body).webhook;
    const webhook: Webhook = { ...desk.base('Webhook', 'hook'), url, disabled_at: null, custom_headers: [] };
    desk.save('webhook', { shown: webhook, hidden: { secret: secret ?? null } });
    return json(201, webhook);
  },
  'GET /v2/webhooks': ({ desk }) => json(200, { webhooks: desk.objects.all('webhook').map(({ shown }) => shown) }),
  'GET /v2/webhooks/:id': ({ desk, params }) => json(200, desk.get('webhook', params['id'] ?? '').shown),
  'PATCH /v2/webhooks/:id': ({ desk, params, call }) => {
    const { webhook_secret: secret } = readBody(WebhookChange, call.body);
    const { shown, hidden } = desk.get('webhook', params['id'] ?? '');
    const enabled = { ...shown, disabled_at: null };
    desk.save('webhook', { shown: enabled, hidden: { secret: secret ?? hidden.secret } });
    return json(200, enabled);
  },
  'DELETE /v2/webhooks/:id': ({ desk, params }) => {
    const { shown } = desk.get('webhook', params['id'] ?? '');
    desk.objects.remove('webhook', shown.id);
    return json(200, {});
  },
};

/** By its id, or by the code on the label. */
export function findTracker(desk: Desk, idOrCode: string): CarrierKinds['tracker'] {
  const [coded] = desk.objects.list('tracker', { tracking_code: idOrCode }, { limit: 1 }).items;
  const found = desk.objects.find('tracker', idOrCode) ?? coded;
  if (!found) throw refuse.notFound();
  return found;
}
