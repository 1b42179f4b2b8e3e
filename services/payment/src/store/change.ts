import { withParts, type OwnTransaction } from '@storefront/kit/postgres';
import { sql, type RawBuilder } from 'kysely';
import { isDeepStrictEqual } from 'node:util';
import { leaseLost, refusedByStripe } from '../domain/errors.ts';
import { viewOf, type PaymentState } from '../domain/payment.ts';
import type { Change } from '../domain/plans.ts';
import type { Call } from '../domain/provider.ts';
import { hasBegun, partsOf, type Reason } from './change-parts.ts';
import { paymentColumns } from './rows.ts';
import type { Tables } from './tables.ts';

export type Tx = OwnTransaction<Tables>;

export type WriteOptions = Reason & {
  /** Who holds the lease; somebody else's is `lease-lost`. */
  token: string;
  /** Gives the lease back once no call is open. */
  release?: boolean;
  /** Tells the fleet, if others see a difference: who asked for it is told by the answer. */
  publish?: boolean;
  /** How long a call may be open before somebody looks at Stripe. */
  lookAfterMs: number;
};

/** The state after the change; nothing is written. */
export function changed(state: PaymentState, change: Change): PaymentState {
  const { payment = state.payment, refunds = state.refunds, begin, settle = [] } = change;
  const open = state.calls.filter(({ key }) => !settle.some((settled) => settled.key === key));
  const next: PaymentState = { payment, refunds, calls: begin ? [...open, begin] : open };
  const isSeen = !isDeepStrictEqual(viewOf(next), viewOf(state));
  return isSeen ? { ...next, payment: { ...payment, version: state.payment.version + 1 } } : next;
}

/** Writes a change and commits, provided that the lease is still the writer's; nothing of the transaction is kept when it throws. */
export async function writeChange(
  tx: Tx,
  before: PaymentState,
  change: Change,
  options: WriteOptions,
): Promise<PaymentState> {
  const { token, release = false, lookAfterMs } = options;
  const after = changed(before, change);
  const isOver = after.calls.length === 0;
  const look = isOver ? { look_at: null, looks: 0 } : change.begin ? { look_at: soonerOf(until(lookAfterMs)) } : {};
  const lease = release && isOver ? { lease: null, leased_until: null } : {};
  const write = withParts<Tables>(tx, partsOf(tx.bucket, { ...options, before, after, change }))
    .updateTable('payment')
    .set({ ...paymentColumns(after.payment), ...look, ...lease, updated_at: sql<Date>`now()` })
    .where('payment.bucket', '=', tx.bucket)
    .where('payment.order_id', '=', after.payment.orderId)
    .where('payment.lease', '=', token)
    .where(hasBegun(change));
  if (!(await tx.commitWith(write))) throw await whyNot(tx, change.begin, { orderId: after.payment.orderId, token });
  return after;
}

/** Either the lease is another's by now, or a call with the key of the one that was to begin is there. */
async function whyNot(tx: Tx, begin: Call | undefined, { orderId, token }: { orderId: string; token: string }) {
  if (!begin) return leaseLost();
  const { bucket } = tx;
  const others = tx.selectFrom('payment').select('lease').where('bucket', '=', bucket).where('order_id', '=', orderId);
  const isOthers = others.where('lease', 'is distinct from', token).where('leased_until', '>=', sql<Date>`now()`);
  if (await isOthers.executeTakeFirst()) return leaseLost();
  const known = tx.selectFrom('stripe_call').select('key').where('bucket', '=', bucket).where('key', '=', begin.key);
  return (await known.executeTakeFirst()) ? refusedByStripe(begin.operation) : leaseLost();
}

/** Where a look is due already, for the call before, the value stays, and no index has to be written: looks wait for the lease anyway. */
const soonerOf = (at: RawBuilder<Date>) => sql<Date>`least(look_at, ${at})`;

/** Without a star: only such statements are prepared. */
export const until = (inMs: number) => sql<Date>`now() + make_interval(secs => ${inMs / 1000})`;
