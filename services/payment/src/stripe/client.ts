import Stripe from 'stripe';

/** The version whose types the package has; the webhook endpoint at Stripe must have the same. */
const apiVersion: typeof Stripe.API_VERSION = '2026-10-28.endive';

/** Stripe's own address, or that of whoever stands in for it. The package repeats nothing by itself: every request is ours to decide. */
export function createStripe({ secretKey, url }: { secretKey: string; url?: string | undefined }): Stripe {
  const options = { apiVersion, maxNetworkRetries: 0, telemetry: false } as const;
  if (url === undefined) return new Stripe(secretKey, options);
  const { hostname: host, port, protocol } = new URL(url);
  const isHttp = protocol === 'http:';
  return new Stripe(secretKey, {
    ...options,
    host,
    port: port === '' ? (isHttp ? 80 : 443) : port,
    protocol: isHttp ? 'http' : 'https',
  });
}
