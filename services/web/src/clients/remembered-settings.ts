import { withoutRequest } from '@storefront/kit/request-context';
import type { PaymentSettings } from '@storefront/payment/contract';
import { createStaleCache } from '../cache/stale-cache.ts';
import { isRefused, type Sale, type Shopper } from '../domain/sale/sale.ts';

/** Whose script shows the form for a card: the same for all, so it is asked for once a minute. Null while it was never told. */
export type RememberedSettings = (shopper: Shopper) => Promise<PaymentSettings | null>;

export function rememberSettings(sale: Pick<Sale, 'paymentSettings'>): RememberedSettings {
  const settings = createStaleCache<PaymentSettings | null>({
    maxBytes: 8,
    sizeOf: () => 1,
    isKept: (value) => value !== null,
    fresh: '1m',
    staleWhileRevalidate: '5m',
    staleIfError: '7d',
    inBackground: withoutRequest,
  });
  return async ({ address }) => {
    const ask = async () => {
      const answer = await sale.paymentSettings({ address, token: null });
      return isRefused(answer) ? null : answer.value;
    };
    return settings.get('settings', ask).then(
      ({ value }) => value,
      () => null,
    );
  };
}
