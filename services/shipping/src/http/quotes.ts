import { reply, route } from '@storefront/kit/http';
import type { Clock } from '@storefront/kit/time';
import { Quote, QuoteReading } from '../contract.ts';
import type { Quotes } from '../rates/quotes.ts';

export type QuoteRoutesDeps = { quotes: Quotes; clock: Clock };

export const quoteRoutes = ({ quotes, clock }: QuoteRoutesDeps) => [
  route({
    method: 'POST',
    path: '/quotes/read',
    summary: 'What a quote says, if it is good for this cart and address',
    allow: ['service'],
    body: QuoteReading,
    response: Quote,
    refuses: [409, 422],
    async handle({ body }) {
      const { carrier, service, name, price, expiresAt } = quotes.read(body, clock.now());
      return reply({ carrier, service, name, price, expiresAt });
    },
  }),
];
