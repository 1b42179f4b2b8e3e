import { request } from 'undici';

import type { IntentSeen, LabelSeen } from '../snapshot.ts';
import type { Ledger } from '../target.ts';

type Payment = {
  paymentIntent: string;
  metadata: Record<string, string>;
  currency: string;
  captures: number;
  authorized: number;
  captured: number;
  refunded: number;
};
type Label = { shipment: string; reference: string | null; voidAskedAt: number | null };

/** What Stripe's ledger says of this shop's payments; an account may serve several shops. */
export async function readIntents(stripe: Ledger, scope: string): Promise<IntentSeen[]> {
  const { payments } = await read<{ payments: Payment[] }>(stripe);
  return payments
    .filter(({ metadata }) => metadata['scope'] === scope)
    .map(({ paymentIntent, metadata, currency, captures, authorized, captured, refunded }) => ({
      intentId: paymentIntent,
      orderId: metadata['order_id'] ?? '',
      currency: currency.toUpperCase(),
      captures,
      authorizedMinor: authorized,
      capturedMinor: captured,
      refundedMinor: refunded,
    }));
}

/** Every label that the carrier was paid for. */
export async function readLabels(carrier: Ledger): Promise<LabelSeen[]> {
  const { labels } = await read<{ labels: Label[] }>(carrier);
  return labels.map(({ shipment, reference, voidAskedAt }) => ({
    carrierShipment: shipment,
    shipmentId: reference,
    isVoided: voidAskedAt !== null,
  }));
}

/**
 * The carrier knows nothing of shops: what was bought before somebody looked (`earlier`, by the carrier's shipment) is another's, unless
 * it is for a parcel of this one.
 */
export function ownLabels(
  labels: readonly LabelSeen[],
  earlier: ReadonlySet<string>,
  parcels: readonly { shipmentId: string }[],
): LabelSeen[] {
  const own = new Set(parcels.map(({ shipmentId }) => shipmentId));
  return labels.filter(
    ({ carrierShipment, shipmentId }) => !earlier.has(carrierShipment) || (shipmentId !== null && own.has(shipmentId)),
  );
}

async function read<Answer>({ url, token }: Ledger): Promise<Answer> {
  const { statusCode, body } = await request(`${url}/ledger`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as Answer;
}
