import type { Client, ClientRequest, ClientResponse } from '@storefront/kit/client';
import { ServiceError, tooMany, type Problem } from '@storefront/kit/errors';
import type { Duration } from '@storefront/kit/time';
import type { Answered, Refusal, Sale, Shopper } from '../domain/sale/sale.ts';

/** Placing an order reserves its stock first; the API waits up to eight for a bank. A page answers within ten seconds. */
const deadlines = { read: '3s', write: '5s', order: '9s', payment: '9s' } as const satisfies Record<string, Duration>;

type Call = Pick<ClientRequest, 'method' | 'path' | 'query' | 'body'> & {
  shopper: Shopper;
  headers?: Record<string, string>;
  deadline?: Duration;
};

type Ask = <Value>(call: Call) => Promise<Answered<Value>>;

/** Carts, orders and payment as the gateway's public API has them. The gateway has parsed each answer by its schema. */
export function gatewaySale(client: Client): Sale {
  async function ask<Value>({ shopper, headers, deadline, ...call }: Call): Promise<Answered<Value>> {
    const response = await client.request({
      ...call,
      headers: { ...headersFor(shopper), ...headers },
      deadline: deadline ?? (call.method === 'GET' ? deadlines.read : deadlines.write),
    });
    if (response.status < 400) return { value: response.json() as Value };
    if (response.status === 429) throw tooMany('The API limits this client.', { retryAfter: secondsOf(response) ?? 1 });
    return { refusal: refusalOf(response) };
  }

  return { ...cartCalls(ask), ...checkoutCalls(ask), ...orderCalls(ask) };
}

const cartCalls = (ask: Ask): Pick<Sale, 'createCart' | 'cart' | 'setUnits' | 'removeItem' | 'setCountry'> => ({
  createCart: (body, shopper) => ask({ method: 'POST', path: '/api/carts', body, shopper }),
  cart: (cartId, shopper) => ask({ method: 'GET', path: `/api/carts/${cartId}`, shopper }),
  setUnits: ({ cartId, sku, units, version }, shopper) =>
    ask({
      method: 'PUT',
      path: `/api/carts/${cartId}/items/${sku}`,
      body: { units },
      shopper,
      ...(version !== undefined && { headers: { 'if-match': `"${version}"` } }),
    }),
  removeItem: ({ cartId, sku }, shopper) =>
    ask({ method: 'DELETE', path: `/api/carts/${cartId}/items/${sku}`, shopper }),
  setCountry: (cartId, country, shopper) =>
    ask({ method: 'PUT', path: `/api/carts/${cartId}/country`, body: { country }, shopper }),
});

const checkoutCalls = (ask: Ask): Pick<Sale, 'rates' | 'paymentSettings' | 'placeOrder'> => ({
  rates: (query, shopper) =>
    ask({ method: 'GET', path: '/api/shipping-rates', query, shopper, deadline: deadlines.write }),
  paymentSettings: (shopper) => ask({ method: 'GET', path: '/api/payment-settings', shopper }),
  placeOrder: (body, key, shopper) =>
    ask({ method: 'POST', path: '/api/orders', body, shopper, headers: keyed(key), deadline: deadlines.order }),
});

const orderCalls = (ask: Ask): Pick<Sale, 'orders' | 'order' | 'shipments' | 'pay' | 'cancel'> => ({
  orders: (shopper) => ask({ method: 'GET', path: '/api/orders', shopper }),
  order: (orderId, shopper, waiting) =>
    ask({
      method: 'GET',
      path: `/api/orders/${orderId}`,
      shopper,
      ...(waiting && { query: waiting, deadline: deadlines.payment }),
    }),
  shipments: (orderId, shopper) => ask({ method: 'GET', path: `/api/orders/${orderId}/shipments`, shopper }),
  pay: ({ orderId, paymentMethod, key }, shopper) =>
    ask({
      method: 'POST',
      path: `/api/orders/${orderId}/payments`,
      body: { paymentMethod },
      shopper,
      headers: keyed(key),
      deadline: deadlines.order,
    }),
  cancel: ({ orderId, reason }, shopper) =>
    ask({ method: 'POST', path: `/api/orders/${orderId}/cancel`, body: reason ? { reason } : {}, shopper }),
});

const keyed = (key: string) => ({ 'idempotency-key': key });

export const headersFor = ({ address, token }: Shopper): Record<string, string> => ({
  ...(address && { 'x-forwarded-for': address }),
  ...(token && { authorization: `Bearer ${token}` }),
});

function refusalOf(response: ClientResponse): Refusal {
  const problem = readProblem(response);
  return {
    status: response.status,
    code: problem?.code ?? 'unknown',
    detail: problem?.detail ?? '',
    fields: problem?.errors ?? [],
    retryAfter: secondsOf(response),
    said: response.body.toString('utf8'),
  };
}

function readProblem(response: ClientResponse): Partial<Problem> | null {
  try {
    return response.json() as Partial<Problem> | null;
  } catch {
    return null;
  }
}

function secondsOf({ headers }: ClientResponse): number | null {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** Whether it is unknown what came of a call: lost on the way, or too late to be heard. */
export const isUnanswered = (error: unknown): boolean => error instanceof ServiceError && error.kind === 'unavailable';
