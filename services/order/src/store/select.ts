import { expressionBuilder, type ExpressionBuilder, type Kysely } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Tables } from './tables.ts';

const columns = [
  'orders.bucket',
  'orders.order_id',
  'orders.number',
  'orders.buyer_id',
  'orders.cart_id',
  'orders.version',
  'orders.state',
  'orders.currency',
  'orders.captured_minor',
  'orders.refunded_minor',
  'orders.email',
  'orders.address',
  'orders.shipping',
  'orders.totals',
  'orders.weight_grams',
  'orders.payment',
  'orders.cancellation',
  'orders.sequence',
  'orders.placed_at',
  'orders.updated_at',
] as const;

type Eb = ExpressionBuilder<Tables, 'orders'>;

/** An order and all that belongs to it, in one statement. */
export function selectOrder(db: Kysely<Tables>, bucket: number) {
  return db.selectFrom('orders').select(columns).select(belongings).where('orders.bucket', '=', bucket);
}
export type SelectedOrder = Awaited<ReturnType<ReturnType<typeof selectOrder>['executeTakeFirstOrThrow']>>;

const linesOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('order_line as l')
      .select(['l.line', 'l.sku', 'l.product_id', 'l.slug', 'l.name', 'l.options', 'l.image', 'l.units'])
      .select(['l.unit_price_minor', 'l.totals'])
      .whereRef('l.bucket', '=', 'orders.bucket')
      .whereRef('l.order_id', '=', 'orders.order_id')
      .orderBy('l.line'),
  ).as('lines');

const attemptsOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('payment_attempt as a')
      .select(['a.attempt', 'a.method', 'a.status', 'a.made_at'])
      .whereRef('a.bucket', '=', 'orders.bucket')
      .whereRef('a.order_id', '=', 'orders.order_id')
      .orderBy('a.attempt'),
  ).as('attempts');

const parcelsOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('shipment as s')
      .select(['s.parcel', 's.shipment_id', 's.version', 's.status', 's.carrier', 's.service', 's.tracking_code'])
      .select(['s.tracking_url', 's.handed_over_at', 's.delivered_at'])
      .whereRef('s.bucket', '=', 'orders.bucket')
      .whereRef('s.order_id', '=', 'orders.order_id')
      .orderBy('s.parcel'),
  ).as('parcels');

const refundsOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('refund as r')
      .select([
        'r.refund_id',
        'r.amount_minor',
        'r.status',
        'r.includes_shipping',
        'r.restock',
        'r.reason',
        'r.made_at',
      ])
      .select((inner) =>
        jsonArrayFrom(
          inner
            .selectFrom('refund_line as rl')
            .select(['rl.line', 'rl.units'])
            .whereRef('rl.bucket', '=', 'r.bucket')
            .whereRef('rl.order_id', '=', 'r.order_id')
            .whereRef('rl.refund_id', '=', 'r.refund_id')
            .orderBy('rl.line'),
        ).as('lines'),
      )
      .whereRef('r.bucket', '=', 'orders.bucket')
      .whereRef('r.order_id', '=', 'orders.order_id')
      .orderBy('r.made_at'),
  ).as('refunds');

const runsOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('saga_step as t')
      .select(['t.saga', 't.step', 't.attempt', 't.status', 't.turned_from', 't.tries', 't.due_at', 't.deadline_at'])
      .whereRef('t.bucket', '=', 'orders.bucket')
      .whereRef('t.order_id', '=', 'orders.order_id')
      .where('t.status', 'in', ['open', 'parked']),
  ).as('runs');

const historyOf = (eb: Eb) =>
  jsonArrayFrom(
    eb
      .selectFrom('order_history as h')
      .select(['h.sequence', 'h.what', 'h.at'])
      .whereRef('h.bucket', '=', 'orders.bucket')
      .whereRef('h.order_id', '=', 'orders.order_id')
      .orderBy('h.sequence'),
  ).as('history');

const eb = expressionBuilder<Tables, 'orders'>();
/** Built once: it is most of the statement, and the same for every order. */
const belongings = [linesOf(eb), attemptsOf(eb), parcelsOf(eb), refundsOf(eb), runsOf(eb), historyOf(eb)] as const;
