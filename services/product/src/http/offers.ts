import { reply, route } from '@storefront/kit/http';
import { OfferList, OfferQuery } from '../contract/stock.ts';
import type { Offers } from '../store/offers.ts';

export const offerRoutes = ({ offers }: { offers: Offers }) => [
  route({
    method: 'GET',
    path: '/offers',
    summary: 'What SKUs cost and whether they can be had, in the order asked for',
    allow: ['service'],
    query: OfferQuery,
    response: OfferList,
    async handle({ query: { sku, currency } }) {
      return reply({ items: await offers.find(sku, currency) });
    },
  }),
];
