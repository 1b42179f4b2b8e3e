import { request } from 'undici';
import { publishableKey, secretKey } from '../account.ts';
import type { RouteName } from '../../../simulator/http/router.ts';

/** One request: to the route of the simulator, which is Stripe's with other words for its ids. */
export type Stop = {
  route: RouteName;
  /** What stands for the names in the route, by what was answered before. */
  ids?: (seen: Seen) => Record<string, string>;
  form?: (seen: Seen) => Record<string, string>;
  asBrowser?: boolean;
  /** Under this name later stops find the answer. */
  as?: string;
};
export type Seen = (name: string) => { id: string; client_secret: string; latest_charge: string };
export type Visited = Stop & { status: number; answer: unknown };

const held = {
  amount: '2500',
  currency: 'eur',
  capture_method: 'manual',
  'automatic_payment_methods[enabled]': 'true',
  'automatic_payment_methods[allow_redirects]': 'never',
};
const of = (name: string) => (seen: Seen) => ({ id: seen(name).id });
const create = (as: string, form: Record<string, string>): Stop => ({
  route: 'POST /v1/payment_intents',
  as,
  form: () => form,
});
const paid = (card: string) => ({
  ...held,
  confirm: 'true',
  payment_method: card,
  return_url: 'https://shop.example/back',
});
const card = {
  type: 'card',
  'card[number]': '4242424242424242',
  'card[exp_month]': '12',
  'card[exp_year]': '2040',
  'card[cvc]': '123',
};
const under = (name: string, form: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(form).map(([key, value]) => [key.replace(/^\w+/, (first) => `${name}[${first}]`), value]),
  );

/** Every route at least once, and every state of what it shows. */
export const tour: readonly Stop[] = [
  {
    route: 'POST /v1/customers',
    as: 'customer',
    form: () => ({ email: 'a@example.com', name: 'A', 'address[line1]': '1 St', 'metadata[a]': 'b' }),
  },
  {
    route: 'POST /v1/customers/:id',
    ids: of('customer'),
    form: () => ({ phone: '1', 'shipping[name]': 'A', 'shipping[address][city]': 'B' }),
  },
  { route: 'GET /v1/customers/:id', ids: of('customer') },
  { route: 'GET /v1/customers' },
  {
    route: 'POST /v1/webhook_endpoints',
    as: 'endpoint',
    form: () => ({ url: 'https://shop.example/webhooks', 'enabled_events[]': 'charge.captured' }),
  },
  { route: 'GET /v1/webhook_endpoints/:id', ids: of('endpoint') },
  { route: 'POST /v1/webhook_endpoints/:id', ids: of('endpoint'), form: () => ({ disabled: 'true' }) },
  { route: 'GET /v1/webhook_endpoints' },

  { route: 'POST /v1/payment_methods', as: 'method', form: () => card, asBrowser: true },
  { route: 'GET /v1/payment_methods/:id', ids: of('method') },
  { route: 'POST /v1/payment_methods/:id', ids: of('method'), form: () => ({ 'billing_details[name]': 'A' }) },
  {
    route: 'POST /v1/payment_methods/:id/attach',
    ids: of('method'),
    form: (seen) => ({ customer: seen('customer').id }),
  },
  { route: 'GET /v1/payment_methods', form: (seen) => ({ customer: seen('customer').id, type: 'card' }) },
  { route: 'GET /v1/customers/:id/payment_methods', ids: of('customer') },
  {
    route: 'POST /v1/confirmation_tokens',
    as: 'token',
    form: () => under('payment_method_data', card),
    asBrowser: true,
  },
  { route: 'POST /v1/test_helpers/confirmation_tokens', form: () => ({ payment_method: 'pm_card_visa' }) },
  { route: 'GET /v1/confirmation_tokens/:id', ids: of('token') },

  create('new', { ...held, 'metadata[order_id]': 'o', 'shipping[name]': 'A', 'shipping[address][line1]': '1 St' }),
  {
    route: 'POST /v1/payment_intents/:id',
    ids: of('new'),
    form: () => ({ amount: '2600', description: 'd', receipt_email: 'a@example.com' }),
  },
  {
    route: 'GET /v1/payment_intents/:id',
    ids: of('new'),
    form: (seen) => ({ client_secret: seen('new').client_secret }),
    asBrowser: true,
  },
  {
    route: 'POST /v1/payment_intents/:id/confirm',
    ids: of('new'),
    form: (seen) => ({ confirmation_token: seen('token').id }),
  },
  { route: 'POST /v1/payment_intents/:id/capture', ids: of('new'), as: 'captured' },
  create('asked', paid('pm_card_threeDSecure2Required')),
  create('asked-sdk', { ...paid('pm_card_authenticationRequired'), use_stripe_sdk: 'true' }),
  create('declined', paid('pm_card_chargeDeclined')),
  create('held', paid('pm_card_visa')),
  create('failing', { ...paid('pm_card_refundFail'), capture_method: 'automatic' }),
  create('disputed', { ...paid('pm_card_createDispute'), capture_method: 'automatic' }),
  { route: 'POST /v1/payment_intents/:id/cancel', ids: of('held'), form: () => ({ cancellation_reason: 'abandoned' }) },
  { route: 'GET /v1/payment_intents' },
  { route: 'GET /v1/payment_intents/search', form: () => ({ query: "metadata['order_id']:'o'" }) },
  { route: 'GET /v1/charges' },
  { route: 'GET /v1/charges/:id', ids: (seen) => ({ id: seen('captured').latest_charge }) },

  {
    route: 'POST /v1/refunds',
    as: 'refund',
    form: (seen) => ({ payment_intent: seen('captured').id, amount: '100', reason: 'requested_by_customer' }),
  },
  { route: 'POST /v1/refunds', as: 'failing-refund', form: (seen) => ({ charge: seen('failing').latest_charge }) },
  { route: 'POST /v1/refunds/:id', ids: of('refund'), form: () => ({ 'metadata[a]': 'b' }) },
  { route: 'GET /v1/refunds/:id', ids: of('failing-refund') },
  { route: 'GET /v1/refunds' },
  { route: 'GET /v1/disputes' },
  { route: 'GET /v1/disputes/:id', ids: of('dispute') },
  {
    route: 'POST /v1/disputes/:id',
    ids: of('dispute'),
    form: () => ({ 'evidence[product_description]': 'a mug', submit: 'false' }),
  },
  { route: 'POST /v1/disputes/:id/close', ids: of('dispute') },

  {
    route: 'POST /v1/setup_intents',
    as: 'setup',
    form: (seen) => ({ customer: seen('customer').id, 'automatic_payment_methods[enabled]': 'true' }),
  },
  { route: 'GET /v1/setup_intents/:id', ids: of('setup') },
  {
    route: 'POST /v1/setup_intents/:id/confirm',
    ids: of('setup'),
    form: () => ({ payment_method: 'pm_card_threeDSecure2Required', return_url: 'https://shop.example/back' }),
  },
  {
    route: 'POST /v1/setup_intents',
    as: 'setup-done',
    form: () => ({ confirm: 'true', payment_method: 'pm_card_visa', return_url: 'https://shop.example/back' }),
  },
  { route: 'POST /v1/setup_intents/:id/cancel', ids: of('setup') },
  { route: 'GET /v1/setup_intents' },

  { route: 'GET /v1/events', as: 'events', form: () => ({ limit: '100' }) },
  { route: 'GET /v1/events/:id', ids: of('event') },
  { route: 'POST /v1/payment_methods/:id/detach', ids: of('method') },
  { route: 'DELETE /v1/webhook_endpoints/:id', ids: of('endpoint') },
  { route: 'DELETE /v1/customers/:id', ids: of('customer') },
];

/** Sends one stop's request to a server that speaks as Stripe does. */
export async function visit(url: string, stop: Stop, seen: Seen): Promise<Visited> {
  const [method = '', path = ''] = stop.route.split(' ');
  const ids = stop.ids?.(seen) ?? {};
  const form = new URLSearchParams(stop.form?.(seen) ?? {}).toString();
  const address = url + path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? '');
  const isPost = method === 'POST';
  const { statusCode, body } = await request(isPost ? address : `${address}?${form}`, {
    method: method as 'GET' | 'POST' | 'DELETE',
    headers: {
      authorization: `Bearer ${stop.asBrowser ? publishableKey : secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(isPost ? { body: form } : {}),
  });
  return { ...stop, status: statusCode, answer: await body.json() };
}
