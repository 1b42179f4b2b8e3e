import type { Movement as MovementView, NewMovement } from '../../contract/stock.ts';
import { idFor } from '../identity.ts';

/** A change of what is in the house, before the ledger has it. */
export type Movement = Omit<MovementView, 'onHandAfter' | 'at'> & { at: Date };

/** In the ledger: its place among those of the SKU, from 1, and what was in the house after it. */
export type LedgerEntry = Movement & { sequence: number; onHandAfter: number };

/** Up to where the ledger has been written. */
export type LedgerEnd = { sequence: number; onHand: number };

/** Movements wait in the order in which they happened, so anybody who writes them gives them the same places. */
export function numbered(waiting: readonly Movement[], end: LedgerEnd): LedgerEntry[] {
  let { sequence, onHand } = end;
  return waiting.map((movement) => {
    sequence += 1;
    onHand += movement.units;
    return { ...movement, sequence, onHandAfter: onHand };
  });
}

/** An order's units of a SKU leave once: the id follows from both. */
export function soldBy({ orderId, sku, units }: { orderId: string; sku: string; units: number }, at: Date): Movement {
  return { movementId: idFor(`sold ${orderId} ${sku}`), sku, units: -units, reason: 'sold', note: null, orderId, at };
}

/** A refund's units of a SKU come back once. */
export function returnedBy({
  orderId,
  refundId,
  sku,
  units,
}: {
  orderId: string;
  refundId: string;
  sku: string;
  units: number;
}): Omit<Movement, 'at'> {
  return { movementId: idFor(`returned ${refundId} ${sku}`), sku, units, reason: 'returned', note: null, orderId };
}

/** The same key of the same caller for the same SKU is the same movement. */
export function movementIdFor({ sub, sku, key }: { sub: string; sku: string; key: string }): string {
  return idFor(`movement ${sub} ${sku} ${key}`);
}

/** Why units do not fit their reason, or null. */
export function misfitOf({ units, reason }: Pick<NewMovement, 'units' | 'reason'>): string | null {
  if ((reason === 'received' || reason === 'returned') && units < 0) return `must be positive when they are ${reason}`;
  return reason === 'damaged' && units > 0 ? 'must be negative when they are damaged' : null;
}
