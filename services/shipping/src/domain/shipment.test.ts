import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CarrierParcel, ScanStatus } from './carrier.ts';
import {
  bucketOfReference,
  handedOver,
  isOver,
  refused,
  seenAtCarrier,
  shipmentIdOf,
  voided,
  wantedShipment,
  type StoredShipment,
} from './shipment.ts';
import { endsJourney } from './tracking.ts';

const now = new Date('2026-11-28T12:00:00Z');
const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
const id = shipmentIdOf(orderId, { at: now, random: new Uint8Array(8) });
const address = { name: 'A', line1: 'B 1', postcode: '10115', city: 'Berlin', country: 'DE' };
const request = { address, carrier: 'easypost', service: 'USPS/Priority', weightGrams: 100, reference: 'r' };
const wanted = wantedShipment({ orderId, parcel: 1 }, request, { id, now });
const label = { trackingCode: '94', trackingUrl: null, labelUrl: 'https://carrier.test/94.pdf' };

const scans: readonly ScanStatus[] = ['labelled', 'in-transit', 'out-for-delivery', 'delivered', 'returned', 'failed'];
const seen = (changes: Partial<CarrierParcel> = {}): CarrierParcel => ({
  carrierId: 'shp_1',
  reference: id,
  rates: [],
  isBought: true,
  isVoided: false,
  label,
  status: 'labelled',
  scans: [],
  ...changes,
});
const anySeen = fc
  .record({
    isBought: fc.boolean(),
    isVoided: fc.boolean(),
    label: fc.option(fc.constant(label)),
    status: fc.constantFrom(...scans),
    at: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ at, ...rest }) =>
    seen({ ...rest, scans: [{ status: rest.status, message: '', place: null, at: new Date(now.getTime() + at) }] }),
  );
const anyChange = fc.oneof(
  { weight: 6, arbitrary: anySeen.map((parcel) => (shipment: StoredShipment) => seenAtCarrier(shipment, parcel)) },
  fc.constant((shipment: StoredShipment) => refused(shipment, 'no')),
  fc.constant(voided),
  fc.constant((shipment: StoredShipment) => handedOver(shipment, now)),
);

describe('a shipment', () => {
  it('has an id that leads to the bucket of its order', () => {
    expect(bucketOfReference(id)).toBe(0xf3a);
    for (const text of [null, '', 'shp_1', '00000000-0000-4000-8000-000000000000'])
      expect(bucketOfReference(text)).toBeUndefined();
  });

  it('goes only on, whatever is said of it in whatever order; its version rises with what can be seen', () => {
    const place = (shipment: StoredShipment) =>
      ['wanted', 'labelled', 'in-transit', 'out-for-delivery'].indexOf(shipment.status) + (isOver(shipment) ? 99 : 0);
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        let before = wanted;
        for (const change of changes) {
          const after = change(before);
          expect(place(after)).toBeGreaterThanOrEqual(place(before));
          expect(isOver(before) ? after.status : before.status).toBe(before.status);
          expect(after.version - before.version).toBe(after === before ? 0 : 1);
          expect(change(after)).toEqual(after);
          expect(endsJourney(after.status) && after.labelUrl === null).toBe(false);
          before = after;
        }
      }),
    );
  });

  it('is not labelled before there is a label, though it is bought', () => {
    expect(seenAtCarrier(wanted, seen({ label: null }))).toBe(wanted);
    expect(seenAtCarrier(wanted, seen())).toMatchObject({ status: 'labelled', version: 2, ...label });
  });

  it('that is on its way is not voided by what the carrier says of the money', () => {
    const moving = seenAtCarrier(wanted, seen({ status: 'in-transit' }));
    expect(seenAtCarrier(moving, seen({ status: 'in-transit', isVoided: true }))).toBe(moving);
    expect(voided(moving)).toBe(moving);
  });
});
