import { randomBytes, randomUUID } from 'node:crypto';
import { connectShards, type Shards } from '@storefront/kit/postgres';
import { createLog } from '@storefront/kit/log';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handedOver, shipmentIdOf, wantedShipment, type StoredShipment } from '../src/domain/shipment.ts';
import { postgresShipments, type Change, type Shipments } from '../src/store/shipments.ts';
import type { Tables } from '../src/store/tables.ts';
import { anOrder, aParcel, openGround, openShipping, type Ground, type Shipping } from './open-shipping.ts';
import { watched } from './peer/watched.ts';

describe.skipIf(whyNoBroker)(`what the database is asked ${whyNoBroker}`, () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(() => ground?.close());

  describe('for a sale', () => {
    const { watch, take } = watched();
    let shipping: Shipping;
    beforeAll(async () => {
      shipping = await openShipping(ground, { watch, lookEvery: '1h' });
    });
    afterAll(() => shipping?.stop());

    it('is three transactions of one statement each, and nothing for a message that tells nothing new', async () => {
      const { body } = await shipping.want(anOrder());
      expect(body.status).toBe('labelled');
      // Claimed; the parcel's id and the rate; the label.
      const [claimed, rated, bought] = [
        ['begin', 'InsertQuery'],
        ['begin', 'UpdateQuery'],
        ['begin', 'UpdateQuery'],
      ];
      expect(take()).toEqual([claimed, rated, bought].flat());

      await ground.carrier.tell(shipping.url);
      // Not before the label is kept.
      await ground.carrier.faults({ match: { event: 'tracker.*' }, fault: { kind: 'late', byMs: 1_000 } });
      await shipping.want(anOrder());
      take();
      const asked: string[] = [];
      await eventually(() => {
        asked.push(...take());
        expect(asked).toEqual(['read', 'SelectQuery']);
      });
    });
  });

  describe('of a shipment that somebody else has changed since it was leased', () => {
    let shards: Shards<Tables>;
    let shipments: Shipments;
    const { watch, take } = watched();
    beforeAll(() => {
      const { shards: settings, username, password } = ground.shards;
      const log = createLog({ service: 'test', level: 'silent' });
      shards = connectShards<Tables>({ shards: settings, username, password, log, name: 'test' });
      shipments = postgresShipments(watch(shards));
    });
    afterAll(() => shards?.close());

    const lease = randomUUID();
    async function claimed(): Promise<StoredShipment> {
      const [now, orderId] = [new Date(), anOrder()];
      const id = shipmentIdOf(orderId, { at: now, random: randomBytes(8) });
      const wanted = wantedShipment({ orderId, parcel: 1 }, aParcel(), { id, now });
      expect(await shipments.claim(wanted, { lease, now })).toEqual({ shipment: wanted, isNew: true });
      return wanted;
    }
    /** Opens an attempt where it finds the shipment as it was claimed. */
    function opening(wanted: StoredShipment) {
      const found: StoredShipment[] = [];
      const decide = (current: StoredShipment): Change => {
        found.push(current);
        const shipment = { ...current, tries: 7 };
        const price = { amountMinor: 545, currency: 'EUR' };
        const asks = { attempt: 1, carrierId: 'shp_1', rateId: 'rate_1', price, askedAt: new Date() };
        return found.length === 1 ? { shipment, asks } : { shipment };
      };
      return {
        found,
        change: () => shipments.changeLeased({ shipment: wanted, attempts: [], lease }, decide, new Date()),
      };
    }
    const attemptsOf = ({ bucket, id }: StoredShipment) =>
      shards.read(bucket, (db) =>
        db
          .selectFrom('label_attempt')
          .select('state')
          .where('bucket', '=', bucket)
          .where('shipment_id', '=', id)
          .execute(),
      );

    it('is one statement where nobody has', async () => {
      const wanted = await claimed();
      take();
      expect(await opening(wanted).change()).toMatchObject({ shipment: { tries: 7 }, attempts: [{ state: 'open' }] });
      expect(take()).toEqual(['begin', 'UpdateQuery']);
      expect(await attemptsOf(wanted)).toEqual([{ state: 'open' }]);
    });

    const now = new Date();
    const scan = (minutes: number, message: string) => {
      const at = new Date(Date.UTC(2026, 0, 1, 12, minutes));
      return { status: 'labelled' as const, message, place: null, at };
    };
    const labelled = (one: StoredShipment): Change => ({
      shipment: { ...one, status: 'labelled', version: one.version + 1 },
      scans: [scan(2, 'Handed to the printer'), scan(1, 'Created'), scan(1, 'Created')],
    });
    it('tells the scans that came with the label as they are kept, but not where there may be others', async () => {
      const wanted = await claimed();
      const known = await shipments.changeLeased({ shipment: wanted, attempts: [], lease }, labelled, now);
      expect(known?.scans).toEqual([scan(1, 'Created'), scan(2, 'Handed to the printer')]);
      expect((await shipments.scansOf([wanted])).get(wanted.id)).toEqual(known?.scans);
      const stale = await shipments.changeLeased({ shipment: wanted, attempts: [], lease }, labelled, now);
      expect(stale).not.toHaveProperty('scans');
    });

    it.each<[string, (one: StoredShipment) => Promise<unknown>]>([
      ['wished it voided', (one) => shipments.change(one, (row) => ({ shipment: { ...row, voidWantedAt: now } }), now)],
      ['given it away', (one) => shipments.change(one, (row) => ({ shipment: handedOver(row, now) }), now)],
      [
        'named its parcel',
        (one) => shipments.change(one, (row) => ({ shipment: { ...row, carrierId: 'shp_2' } }), now),
      ],
      ['leased it', (one) => shipments.take(one, { lease: randomUUID(), now: new Date(Date.now() + 3_600_000) })],
    ])('is asked again where another one has %s, and nothing is kept of the first decision', async (_, changes) => {
      const wanted = await claimed();
      await changes(wanted);
      const current = await shipments.find(wanted);
      const { found, change } = opening(wanted);
      expect(await change()).toMatchObject({ attempts: [] });
      expect(found).toEqual([wanted, current]);
      expect(await attemptsOf(wanted)).toEqual([]);
      expect(await shipments.find(wanted)).toEqual({ ...current, tries: 7 });
    });
  });
});
