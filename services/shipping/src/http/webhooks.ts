import { buffer } from 'node:stream/consumers';
import { bodyLimitBytes, empty, route } from '@storefront/kit/http';
import { badSignature, carrierNotFound } from '../domain/errors.ts';
import type { Carrier } from '../domain/carrier.ts';

export type WebhookRoutesDeps = {
  carriers: ReadonlyMap<string, Carrier>;
  /** Resolves when the broker has it on disk. */
  enqueue: (carrier: string, body: Buffer) => Promise<void>;
};

export const webhookRoutes = ({ carriers, enqueue }: WebhookRoutesDeps) => [
  route({
    method: 'POST',
    path: '/webhooks/carriers/:carrier',
    summary: 'What a carrier has to say; signed by the carrier',
    allow: ['anyone'],
    raw: { types: ['application/json'], limitBytes: bodyLimitBytes },
    success: [200],
    refuses: [404],
    async handle({ params, raw, headers }) {
      const carrier = carriers.get(params.carrier);
      if (!carrier) throw carrierNotFound(params.carrier);
      const body = await buffer(raw);
      if (!carrier.isAuthentic(body, headers)) throw badSignature();
      await enqueue(carrier.name, body);
      return empty(200);
    },
  }),
];
