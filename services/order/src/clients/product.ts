import type { Client, ClientRequest } from '@storefront/kit/client';
import { Hold, type HoldLines } from '@storefront/product/contract/stock';
import type { Shortage, Stock } from '../domain/ports.ts';
import { answerOf, problemOf, unexpected } from './answer.ts';

export function productClient(client: Pick<Client, 'request'>): Stock {
  const ask = (method: ClientRequest['method'], path: string, lines: HoldLines) =>
    client.request({ method, path: `/holds/${path}`, body: { lines } });
  const take = async (method: ClientRequest['method'], path: string, lines: HoldLines): Promise<Hold | Shortage> => {
    const response = await ask(method, path, lines);
    if (response.status !== 409) return answerOf(response, Hold);
    const { code, errors = [] } = problemOf(response);
    if (code !== 'out-of-stock') throw unexpected(response);
    return { outOfStock: errors.map(({ field, message }) => ({ sku: skuOf(field, lines), message })) };
  };
  return {
    reserve: (orderId, lines) => take('PUT', orderId, lines),
    claim: (orderId, lines) => take('POST', `${orderId}/claim`, lines),
    release: async (orderId, lines) => answerOf(await ask('POST', `${orderId}/release`, lines), Hold),
    async ship(orderId, lines) {
      const response = await ask('POST', `${orderId}/ship`, lines);
      return response.status === 409 ? undefined : answerOf(response, Hold);
    },
    async restock(orderId, refundId, lines) {
      const path = `/holds/${orderId}/restock`;
      const { status, ...response } = await client.request({ method: 'POST', path, body: { refundId, lines } });
      if (status === 404 || status === 409) return false;
      if (status !== 204) throw unexpected({ status, ...response });
      return true;
    },
  };
}

/** `lines[1].units` → the SKU of that line. */
function skuOf(field: string, lines: HoldLines): string {
  const [, index] = /^lines\[(\d+)\]/.exec(field) ?? [];
  return lines[Number(index)]?.sku ?? field;
}
