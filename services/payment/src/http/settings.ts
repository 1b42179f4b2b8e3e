import { reply, route, type Route } from '@storefront/kit/http';
import { PaymentSettings } from '../contract.ts';

export const settingsRoute = (settings: PaymentSettings): Route =>
  route({
    method: 'GET',
    path: '/payment-settings',
    summary: 'What a browser needs to show the form for a card',
    allow: ['anyone'],
    cache: { maxAge: '5m', stale: '1d' },
    response: PaymentSettings,
    async handle() {
      return reply(settings);
    },
  });
