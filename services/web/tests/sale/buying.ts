import type { Shipment } from '@storefront/shipping/contract';
import type { Shop } from '../peer/shop.ts';
import { visitorOf, type Visited, type Visitor } from '../peer/visitor.ts';

export const address = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  line1: '12 Mill Lane',
  postcode: '10115',
  city: 'Berlin',
  country: 'DE',
};

export const mug = 'harbour-mug-fern-0';
export const lamp = 'meadow-table-lamp-fern-0';

/** A visitor with things in the cart. */
export async function withCart(shop: Shop, skus: readonly string[] = [mug]): Promise<Visitor> {
  const visitor = visitorOf(shop.url);
  for (const sku of skus) await visitor.send('/cart/items', { sku, units: '1', currency: 'EUR' });
  return visitor;
}

/** The checkout with the address typed and shipping shown. */
export async function withRates(visitor: Visitor, typed: Partial<typeof address> = {}): Promise<Visited> {
  const page = await visitor.get('/checkout');
  return visitor.submit(page, '/checkout', { ...address, ...typed }, { button: { step: 'rates' } });
}

export const placeOrder = (visitor: Visitor, page: Visited, changes: Record<string, string> = {}): Promise<Visited> =>
  visitor.submit(page, '/checkout', changes, { button: { step: 'order' } });

/** An order that was placed without script, so that its card is still to come. */
export async function withOrder(shop: Shop): Promise<{ visitor: Visitor; page: Visited; orderId: string }> {
  const visitor = await withCart(shop);
  const page = await placeOrder(visitor, await withRates(visitor));
  return { visitor, page, orderId: page.path.replace('/orders/', '') };
}

/** A parcel on its way, as the carrier tells of it. */
export const aShipment = (orderId: string): Shipment => ({
  shipmentId: '00000000-0000-4000-8000-000000000001',
  orderId,
  parcel: 1,
  version: 3,
  status: 'in-transit',
  carrier: 'easypost',
  service: 'Ground',
  trackingCode: 'EZ1000000001',
  trackingUrl: 'https://track.example/EZ1000000001',
  labelUrl: 'https://labels.example/secret.pdf',
  refusal: null,
  events: [
    { status: 'labelled', message: 'Label made', place: null, at: '2026-11-20T08:00:00.000Z' },
    { status: 'in-transit', message: 'Left the depot', place: 'Berlin', at: '2026-11-21T08:00:00.000Z' },
  ],
  handedOverAt: '2026-11-20T10:00:00.000Z',
  deliveredAt: null,
});
