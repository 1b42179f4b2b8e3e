import { randomUUID } from 'node:crypto';
import { cursorScope, readCursor, signCursor } from '@storefront/kit/cursor';
import { reply, route } from '@storefront/kit/http';
import { Sku } from '@storefront/commerce/ids';
import { z } from 'zod';
import { Movement, MovementList, NewMovement, Stock } from '../contract/stock.ts';
import { stockNotFound, unfittingUnits } from '../domain/stock/errors.ts';
import { misfitOf, movementIdFor, type LedgerEntry } from '../domain/stock/movement.ts';
import type { StockStore } from '../store/stock/stock.ts';

export type StockRoutesDeps = { stock: Pick<StockStore, 'movements'>; cursorKey: Buffer };

const MovementQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(1000).exactOptional(),
});
/** Of the last movement of a page, in the ledger of its SKU. */
const Place = z.int().min(1);

export const stockRoutes = ({ stock, cursorKey }: StockRoutesDeps) => [
  route({
    method: 'GET',
    path: '/stock/:sku',
    summary: 'How many units there are of a SKU, and whose they are',
    allow: ['merchant'],
    params: { sku: Sku },
    response: Stock,
    refuses: [404],
    async handle({ params: { sku } }) {
      const found = await stock.movements.find(sku);
      if (!found) throw stockNotFound(sku);
      const { version, onHand, available, held, claimed, lowAt, updatedAt } = found;
      const counts = { onHand, available, held, claimed };
      return reply({ sku, version, ...counts, lowAt, updatedAt: updatedAt.toISOString() }, { etag: version });
    },
  }),
  route({
    method: 'GET',
    path: '/stock/:sku/movements',
    summary: 'What came and went of a SKU, newest first',
    allow: ['merchant'],
    params: { sku: Sku },
    query: MovementQuery,
    response: MovementList,
    refuses: [404],
    async handle({ params: { sku }, query: { limit, cursor } }) {
      const scope = cursorScope('movements', { sku });
      const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(cursorKey, cursor, scope, Place);
      const found = await stock.movements.list(sku, { below, limit: limit + 1 });
      if (!found) throw stockNotFound(sku);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return reply({
        items: shown.map(viewOf),
        nextCursor: last ? signCursor(cursorKey, last.sequence, scope) : null,
      });
    },
  }),
  route({
    method: 'POST',
    path: '/stock/:sku/movements',
    summary: 'Units that came in, were counted, came back or are damaged; the first movement begins the stock of a SKU',
    description:
      'With an `Idempotency-Key` the same movement again is answered with 200 and changes nothing. `counted` takes the ' +
      'difference to what was thought to be there. What is promised to orders cannot be taken out: 409 `stock-promised`.',
    allow: ['merchant'],
    params: { sku: Sku },
    body: NewMovement,
    response: Movement,
    success: [200, 201],
    refuses: [404, 409],
    idempotent: 'optional',
    async handle({ params: { sku }, body: { units, reason, note = null, lowAt }, caller, idempotency }) {
      const misfit = misfitOf({ units, reason });
      if (misfit) throw unfittingUnits(misfit);
      const movementId = idempotency ? movementIdFor({ sub: caller.sub, sku, key: idempotency.key }) : randomUUID();
      const { entry, isNew } = await stock.movements.record({
        movementId,
        sku,
        units,
        reason,
        note,
        orderId: null,
        lowAt,
      });
      return reply(viewOf(entry), { status: isNew ? 201 : 200 });
    },
  }),
];

function viewOf({ movementId, sku, units, reason, note, orderId, onHandAfter, at }: LedgerEntry) {
  return { movementId, sku, units, reason, note, orderId, onHandAfter, at: at.toISOString() };
}
