import { reply, route } from '@storefront/kit/http';
import type { Clock } from '@storefront/kit/time';
import type { Carts } from '../clients/carts.ts';
import { RateQuery, ShippingRates } from '../contract.ts';
import { cartNotFound } from '../domain/errors.ts';
import { offersOf } from '../domain/quote.ts';
import type { RateDesk } from '../rates/rate-desk.ts';
import type { Quotes } from '../rates/quotes.ts';

export type RateRoutesDeps = {
  carts: Carts;
  rates: RateDesk;
  quotes: Quotes;
  /** Where the shop sells. */
  countries: readonly string[];
  clock: Clock;
};

export const rateRoutes = ({ carts, rates, quotes, countries, clock }: RateRoutesDeps) => [
  route({
    method: 'GET',
    path: '/shipping-rates',
    summary: 'What it costs to send a cart there, each price as a signed quote; none where nobody delivers',
    allow: ['guest', 'customer'],
    // Each new postcode is a question to the carriers.
    budget: 'write',
    query: RateQuery,
    response: ShippingRates,
    refuses: [404],
    async handle({ query: { cartId, country, postcode }, caller }) {
      const cart = await carts.find(cartId);
      if (!cart || caller.sub === '' || cart.buyerId !== caller.sub) throw cartNotFound(cartId);
      if (cart.items.length === 0 || !countries.includes(country)) return reply({ items: [] });
      const { currency, weightGrams } = cart;
      const answers = await rates.ratesFor({ country, postcode, weightGrams, currency });
      const destination = { country, postcode };
      const offers = answers.flatMap(({ carrier, rates: asked }) =>
        offersOf(asked, { carrier, cart, destination, now: clock.now() }),
      );
      const items = offers
        .toSorted((a, b) => a.price.amountMinor - b.price.amountMinor)
        .map(({ days, ...content }) => {
          const { carrier, service, name, price, expiresAt } = content;
          return { quote: quotes.sign(content), carrier, service, name, price, days, expiresAt };
        });
      return reply({ items });
    },
  }),
];
