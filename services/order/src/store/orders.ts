import { ServiceError } from '@storefront/kit/errors';
import { isUniqueViolation, type BucketTransaction, type OwnTransaction, type Shards } from '@storefront/kit/postgres';
import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import { sql, type Kysely } from 'kysely';
import type { Amendment } from '../domain/amendment.ts';
import { cartAlreadyOrdered, numberTaken, orderEnding } from '../domain/errors.ts';
import { isUnplaced, type Order } from '../domain/order.ts';
import { readOrder } from './read-order.ts';
import { selectOrder } from './select.ts';
import type { SentMail, SentMails } from './sent-mails.ts';
import type { Tables } from './tables.ts';
import { insertOrder, updateOrder, updateOrderAndCommit, type Part } from './write-order.ts';

export type OrderTransaction = BucketTransaction<Tables>;
type Own = OwnTransaction<Tables>;

/** Keyset of a buyer's list: the newest first. */
export type ListPosition = { placedAt: string; orderId: string };
export type ListedOrder = Pick<
  Tables['orders'],
  'order_id' | 'number' | 'status' | 'payment_status' | 'fulfilment_status'
> & { totals: Order['totals']; placed_at: Date };

export type Orders = {
  /** One transaction of a bucket; the work may run twice. */
  transaction<Result>(bucket: number, work: (tx: OrderTransaction) => Promise<Result>): Promise<Result>;
  /** Places an order and commits; throws when its cart has been ordered. Whoever began the transaction tells it (`committed`). */
  place(tx: Own, amendment: Amendment, placedWith: string): Promise<void>;
  /** The same together with the taking of its key, which fails if it is taken; false, with nothing written, where the cart is. */
  placeWithKey(tx: Own, amendment: Amendment, key: { placedWith: string; key: Part }): Promise<boolean>;
  /** Writes a change in the transaction; throws `isStale` when the order has changed meanwhile. Whoever commits tells it (`committed`). */
  write(tx: OrderTransaction, amendment: Amendment): Promise<void>;
  /**
   * The change as a transaction of its own, with the answer that is kept of it, if any; answers the order as it is now. Throws `isStale`
   * when the order has changed meanwhile, or somebody else has kept an answer.
   */
  save(amendment: Amendment, answer?: Part): Promise<Order>;
  /** Others hear of what `place` or `write` wrote. */
  committed(amendment: Amendment): Order;
  /** From the primary, as all reads of an order: it is about money, and whoever watches it must not see it go back. */
  find(orderId: OrderId): Promise<Order | undefined>;
  /** Whether nobody has changed it since it was read. */
  isCurrent(order: Order): Promise<boolean>;
  /** Locked until the transaction ends: nobody else changes it meanwhile. */
  lock(tx: OrderTransaction, orderId: OrderId): Promise<Order | undefined>;
  findPlacedWith(tx: OrderTransaction, buyerId: string, key: string): Promise<Order | undefined>;
  list(buyer: Buyer, page: { limit: number; after?: ListPosition | undefined }): Promise<ListedOrder[]>;
};
type Buyer = { buyerId: string; bucket: number };

/** Told of each commit, in this process only. */
export type OnCommit = (amendment: Amendment) => void;

const stale = () =>
  new ServiceError('conflict', 'order-changed', 'The order has changed meanwhile.', { retryAfter: 1 });
export const isStale = (error: unknown): boolean => error instanceof ServiceError && error.code === 'order-changed';

type OrdersOptions = { onCommit: OnCommit; sentMails: Pick<SentMails, 'along'> };

export function postgresOrders(shards: Shards<Tables>, { onCommit, sentMails }: OrdersOptions): Orders {
  const committed = (amendment: Amendment): Order => {
    onCommit(amendment);
    return amendment.order;
  };
  return {
    transaction: (bucket, work) => shards.withBucket(bucket, work),
    place: placeIn,
    placeWithKey: insertOrder,
    write: (tx, amendment) => refuseStale(updateOrder(tx, amendment)),
    committed,
    async save(amendment, answer) {
      const { bucket, orderId } = amendment.order;
      const written = (sent: readonly SentMail[]) =>
        shards.withBucket(bucket, (tx) => refuseStale(updateOrderAndCommit(tx, amendment, { sent, answer })));
      await sentMails.along(orderId, written);
      return committed(amendment);
    },
    find(orderId) {
      const bucket = bucketOfOrderId(orderId);
      return shards.read(bucket, (db) => selectOne(db, bucket, orderId));
    },
    isCurrent: (order) => shards.read(order.bucket, (db) => hasVersion(db, order)),
    lock: lockOne,
    findPlacedWith,
    list: (buyer, page) => shards.read(buyer.bucket, (db) => selectList(db, buyer, page)),
  };
}

async function placeIn(tx: Own, amendment: Amendment, placedWith: string): Promise<void> {
  const { order } = amendment;
  if (!(await insertOrder(tx, amendment, { placedWith }))) throw await whyTaken(tx, order);
}

async function whyTaken(tx: OrderTransaction, { cartId }: Order): Promise<ServiceError> {
  const row = await selectOrder(tx, tx.bucket)
    .where('orders.cart_id', '=', cartId)
    // As the index has it: a parameter would not be known to fit.
    .where(sql<boolean>`orders.status <> 'cancelled'`)
    .executeTakeFirst();
  if (!row) return numberTaken();
  const live = readOrder(row);
  return isUnplaced(live) ? orderEnding() : cartAlreadyOrdered(live.orderId);
}

async function refuseStale(writing: Promise<boolean>): Promise<void> {
  // Whoever was faster has written the same place of the history.
  const isWritten = await writing.catch((error: unknown) => {
    throw isUniqueViolation(error) ? stale() : error;
  });
  if (!isWritten) throw stale();
}

async function selectOne(db: Kysely<Tables>, bucket: number, orderId: OrderId): Promise<Order | undefined> {
  const row = await selectOrder(db, bucket).where('orders.order_id', '=', orderId).executeTakeFirst();
  return row && readOrder(row);
}

async function hasVersion(db: Kysely<Tables>, { bucket, orderId, version }: Order): Promise<boolean> {
  const found = await db
    .selectFrom('orders')
    .select('version')
    .where('bucket', '=', bucket)
    .where('order_id', '=', orderId)
    .executeTakeFirst();
  return found?.version === version;
}

async function lockOne(tx: OrderTransaction, orderId: OrderId): Promise<Order | undefined> {
  const one = selectOrder(tx, tx.bucket).where('orders.order_id', '=', orderId);
  const row = await one.forUpdate('orders').executeTakeFirst();
  return row && readOrder(row);
}

async function findPlacedWith(tx: OrderTransaction, buyerId: string, key: string): Promise<Order | undefined> {
  const row = await selectOrder(tx, tx.bucket)
    .where('orders.buyer_id', '=', buyerId)
    .where('orders.placed_with', '=', key)
    .orderBy('orders.placed_at', 'desc')
    .executeTakeFirst();
  return row && readOrder(row);
}

function selectList(
  db: Kysely<Tables>,
  { buyerId, bucket }: Buyer,
  { limit, after }: { limit: number; after?: ListPosition | undefined },
): Promise<ListedOrder[]> {
  const page = db
    .selectFrom('orders')
    .select(['order_id', 'number', 'status', 'payment_status', 'fulfilment_status', 'totals', 'placed_at'])
    .where('bucket', '=', bucket)
    .where('buyer_id', '=', buyerId)
    .orderBy('placed_at', 'desc')
    .orderBy('order_id', 'desc')
    .limit(limit);
  if (!after) return page.execute();
  return page
    .where((eb) => eb(eb.refTuple('placed_at', 'order_id'), '<', eb.tuple(new Date(after.placedAt), after.orderId)))
    .execute();
}
