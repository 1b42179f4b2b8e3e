import type { Client, ClientRequest } from '@storefront/kit/client';
import { Hold } from '@storefront/product/contract/stock';
import type { Shortage, Stock } from '../domain/ports.ts';
import { answerOf, problemOf, unexpected } from './answer.ts';

export function productClient(client: Pick<Client, 'request'>): Stock {
  const ask = (method: ClientRequest['method'], path: string, lines: unknown) =>
    client.request({ method, path: `/holds/${path}`, body: { lines } });
  const take = async (method: ClientRequest['method'], path: string, lines: unknown): Promise<Hold | Shortage> => {
    const response = await ask(method, path, lines);
    if (response.status !== 409) return answerOf(response, Hold);
    const { code, errors = [] } = problemOf(response);
    if (code !== 'out-of-stock') throw unexpected(response);
    return { outOfStock: errors.map(({ field, message }) => ({ sku: field, message })) };
  };
  return {
    reserve: (orderId, lines) => take('PUT', orderId, lines),
    claim: (orderId, lines) => take('POST', `${orderId}/claim`, lines),
    release: async (orderId, lines) => answerOf(await ask('POST', `${orderId}/release`, lines), Hold),
    ship: async (orderId, lines) => answerOf(await ask('POST', `${orderId}/ship`, lines), Hold),
    async restock(orderId, refundId, lines) {
      const path = `/holds/${orderId}/restock`;
      const response = await client.request({ method: 'POST', path, body: { refundId, lines } });
      if (response.status !== 204) throw unexpected(response);
    },
  };
}
