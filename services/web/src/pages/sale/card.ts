import type { Money } from '@storefront/commerce/money';
import type { PaymentSettings } from '@storefront/payment/contract';
import type { CardView } from './views.ts';

export const cardOf = (settings: PaymentSettings, total: Money, locale: string): CardView => ({
  script: settings.scriptUrl,
  key: settings.publishableKey,
  amountMinor: total.amountMinor,
  currency: total.currency,
  language: locale,
});
