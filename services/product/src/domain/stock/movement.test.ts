import { describe, expect, it } from 'vitest';
import { misfitOf, movementIdFor, numbered, returnedBy, soldBy, type Movement } from './movement.ts';

const at = new Date('2026-11-28T12:00:00Z');
const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
const movement = (units: number): Movement => ({
  movementId: crypto.randomUUID(),
  sku: 'mug',
  reason: 'counted',
  note: null,
  orderId: null,
  units,
  at,
});

describe('movements', () => {
  it('continue the ledger where it ends', () => {
    const entries = numbered([movement(3), movement(-2)], { sequence: 7, onHand: 10 });
    expect(entries.map(({ sequence, onHandAfter }) => [sequence, onHandAfter])).toEqual([
      [8, 13],
      [9, 11],
    ]);
  });

  it('are the same for the same order, refund or key, and others for others', () => {
    const sold = (sku: string) => soldBy({ orderId, sku, units: 1 }, at).movementId;
    const back = (refundId: string) => returnedBy({ orderId, refundId, sku: 'mug', units: 1 }).movementId;
    const keyed = (key: string) => movementIdFor({ sub: 'merchant', sku: 'mug', key });
    const ids = [sold('mug'), sold('cup'), back('a'), back('b'), keyed('a'), keyed('b')];
    expect(new Set(ids).size).toBe(6);
    expect([sold('mug'), back('a'), keyed('a')]).toEqual([ids[0], ids[2], ids[4]]);
  });

  it('go the way that their reason says', () => {
    expect(misfitOf({ units: -1, reason: 'received' })).not.toBeNull();
    expect(misfitOf({ units: 1, reason: 'damaged' })).not.toBeNull();
    for (const units of [-1, 1]) expect(misfitOf({ units, reason: 'counted' })).toBeNull();
  });
});
