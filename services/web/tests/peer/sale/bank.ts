/** Asks the simulator of Stripe as the payment service would: one PaymentIntent an order, captured later. */
import type { Order } from '@storefront/order/contract';

export type Verdict = {
  isAuthorized: boolean;
  decline: Order['payment']['decline'];
  nextAction: Order['payment']['nextAction'];
};

export type Bank = {
  /** Where a browser reaches the shop, for the way back. */
  publicUrl: string;
  authorize(order: Order, method: string, returnUrl: string): Promise<Verdict>;
  look(order: Order): Promise<Verdict>;
};

type Intent = {
  id: string;
  status: string;
  next_action: { redirect_to_url?: { url: string } } | null;
  last_payment_error: { code: string; message: string } | null;
};

type Account = { url: string; secretKey: string; publicUrl: string };

export function askStripe({ url, secretKey, publicUrl }: Account): Bank {
  /** Of each order. */
  const intents = new Map<string, string>();

  async function call(path: string, fields?: Record<string, string>): Promise<Intent> {
    const response = await fetch(`${url}/v1/payment_intents${path}`, {
      method: fields ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': '2026-10-28.endive' },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
    const answer = (await response.json()) as Intent & { error?: { message: string; payment_intent?: Intent } };
    const intent = answer.error ? answer.error.payment_intent : answer;
    if (!intent) throw new Error(`Stripe: ${answer.error?.message}`);
    return intent;
  }

  return {
    publicUrl,
    async authorize({ orderId, totals }, method, returnUrl) {
      const id = intents.get(orderId) ?? (await call('', wanted(totals.total))).id;
      intents.set(orderId, id);
      const kind = method.startsWith('ctoken_') ? 'confirmation_token' : 'payment_method';
      return verdictOf(await call(`/${id}/confirm`, { [kind]: method, return_url: returnUrl }));
    },
    look: async ({ orderId }) => verdictOf(await call(`/${intents.get(orderId)}`)),
  };
}

const wanted = ({ amountMinor, currency }: Order['totals']['total']) => ({
  amount: String(amountMinor),
  currency: currency.toLowerCase(),
  capture_method: 'manual',
  'automatic_payment_methods[enabled]': 'true',
});

function verdictOf({ status, next_action: action, last_payment_error: error }: Intent): Verdict {
  const bank = status === 'requires_action' ? action?.redirect_to_url?.url : undefined;
  const isDeclined = status === 'requires_payment_method' && error !== null;
  return {
    isAuthorized: status === 'requires_capture',
    nextAction: bank === undefined ? null : { type: 'redirect', url: bank },
    decline: isDeclined ? { code: error.code, message: error.message } : null,
  };
}
