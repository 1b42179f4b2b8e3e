import { conflict, ServiceError } from '@storefront/kit/errors';
import type { Quote } from '@storefront/shipping/contract';

/** `quote-<price>` is good. */
export function readQuote(text: string): Quote {
  if (text === 'expired') throw conflict('quote-expired', 'Too old.');
  const amountMinor = Number(/^quote-(\d+)$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(amountMinor)) throw new ServiceError('conflict', 'quote-mismatch', 'Of another.', { status: 422 });
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const price = { amountMinor, currency: 'EUR' };
  return { carrier: 'easypost', service: 'Priority', name: 'Priority', price, expiresAt };
}
