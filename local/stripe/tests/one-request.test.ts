import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../simulator/faults/rules.ts';
import type { reportLedger } from '../control.ts';
import { openTestAccount, type TestAccount } from './account.ts';

let account: TestAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await openTestAccount();
  stripe = account.stripe;
});
afterAll(() => account.close());
afterEach(() => setFaults());

const setFaults = (...rules: FaultRule[]) => account.control.put('faults', rules);
const wanted = {
  amount: 2500,
  currency: 'eur',
  capture_method: 'manual',
  automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
} as const satisfies Stripe.PaymentIntentCreateParams;
const card = { confirm: true, return_url: 'https://shop.example/back', use_stripe_sdk: false } as const;

/** As a shop's server does it; `order` is its metadata and its key. */
const pay = (order: string, more: Partial<Stripe.PaymentIntentCreateParams>) =>
  stripe.paymentIntents.create({ ...wanted, metadata: { order }, ...card, ...more }, { idempotencyKey: order });
const errorOf = (call: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  call.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: Stripe.errors.StripeError) => error,
  );
const made = async (order: string) =>
  (await stripe.paymentIntents.search({ query: `metadata['order']:'${order}'` })).data;
const ledgerOf = async (order: string) => {
  const { payments } = await account.control.get<ReturnType<typeof reportLedger>>('ledger');
  return payments.filter(({ metadata }) => metadata['order'] === order);
};

async function eventsOf(id: string): Promise<[string, string][]> {
  const { data } = await stripe.events.list({ limit: 100 });
  const own = data.filter(({ data: { object } }) => JSON.stringify(object).includes(id));
  return own.toReversed().map(({ type, data: { object } }) => [type, (object as { status: string }).status]);
}

describe('an intent that is made and confirmed in one request', () => {
  it('is held by a good card, and told of in order', async () => {
    const intent = await pay('good', { payment_method: 'pm_card_visa', expand: ['latest_charge'] });
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 2500, metadata: { order: 'good' } });
    expect((intent.latest_charge as Stripe.Charge).payment_method_details?.card?.capture_before).toBeGreaterThan(0);
    expect(await eventsOf(intent.id)).toEqual([
      ['payment_intent.created', 'requires_confirmation'],
      ['charge.succeeded', 'succeeded'],
      ['payment_intent.amount_capturable_updated', 'requires_capture'],
    ]);
  });

  it('stays when its card is declined, is shown by the refusal, and takes another card', async () => {
    const error = await errorOf(pay('declined', { payment_method: 'pm_card_chargeDeclined' }));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    const { id = '' } = error.payment_intent ?? {};
    expect(error.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      metadata: { order: 'declined' },
      last_payment_error: { code: 'card_declined' },
    });
    expect(await made('declined')).toMatchObject([{ id, status: 'requires_payment_method' }]);
    expect(await eventsOf(id)).toEqual([
      ['payment_intent.created', 'requires_confirmation'],
      ['charge.failed', 'failed'],
      ['payment_intent.payment_failed', 'requires_payment_method'],
    ]);
    const { confirm: _, ...another } = card;
    const next = await stripe.paymentIntents.confirm(id, { ...another, payment_method: 'pm_card_visa' });
    expect(next).toMatchObject({ id, status: 'requires_capture', last_payment_error: null });
    expect(await ledgerOf('declined')).toMatchObject([{ authorizations: 1, authorized: 2500 }]);
  });

  it('waits for the customer where the bank asks, who comes back to the shop', async () => {
    const intent = await pay('asked', { payment_method: 'pm_card_authenticationRequired' });
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: card.return_url } },
    });
    expect(await eventsOf(intent.id)).toEqual([
      ['payment_intent.created', 'requires_confirmation'],
      ['payment_intent.requires_action', 'requires_action'],
    ]);
    expect(await stripe.paymentIntents.cancel(intent.id)).toMatchObject({ status: 'canceled', next_action: null });
  });

  it('takes a confirmation token, once', async () => {
    const { id: token } = await stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_visa' });
    const { id } = await pay('token', { confirmation_token: token });
    expect(await stripe.confirmationTokens.retrieve(token)).toMatchObject({ payment_intent: id });
    expect(await errorOf(pay('token-again', { confirmation_token: token }))).toMatchObject({ statusCode: 400 });
    expect(await made('token-again')).toEqual([]);
  });
});

describe('a request that could not make and confirm one', () => {
  it.each<[string, Partial<Stripe.PaymentIntentCreateParams>]>([
    ['an unknown method', { payment_method: 'pm_nothing' }],
    ['an unknown token', { confirmation_token: 'ctoken_nothing' }],
    ['no method at all', {}],
    ['too little', { payment_method: 'pm_card_visa', amount: 10 }],
  ])('for %s, has left nothing: no intent, no event, and none in its answer', async (order, wrong) => {
    const newest = async () => (await stripe.events.list({ limit: 1 })).data[0]?.id;
    const before = await newest();
    const error = await errorOf(pay(order, wrong));
    expect([400, 404]).toContain(error.statusCode);
    expect(error.payment_intent).toBeUndefined();
    expect(await made(order)).toEqual([]);
    expect(await newest()).toBe(before);
  });

  it.each([{ return_url: 'https://shop.example' }, { off_session: true }, { error_on_requires_action: true }])(
    'but was not asked to confirm, takes no %j',
    async (more) => {
      const [param] = Object.keys(more);
      await expect(stripe.paymentIntents.create({ ...wanted, ...more })).rejects.toMatchObject({ param });
    },
  );
});

describe('its key', () => {
  const route = 'POST /v1/payment_intents';
  const declined = { payment_method: 'pm_card_chargeDeclined' };

  it('gives a decline again, with the intent as it was then', async () => {
    const first = await errorOf(pay('again', declined));
    const { id = '' } = first.payment_intent ?? {};
    await stripe.paymentIntents.cancel(id);
    const second = await errorOf(pay('again', declined));
    expect(second).toMatchObject({ statusCode: 402, headers: { 'idempotent-replayed': 'true' } });
    expect(second.payment_intent).toEqual(first.payment_intent);
    expect(await made('again')).toMatchObject([{ id, status: 'canceled' }]);
  });

  it('finds a decline whose answer was lost', async () => {
    // Its client tries a broken connection once more by itself.
    await setFaults({ match: { route, times: 2 }, fault: { kind: 'lost-response' } });
    await expect(pay('lost', declined)).rejects.toMatchObject({ type: 'StripeConnectionError' });
    const [intent] = await made('lost');
    const error = await errorOf(pay('lost', declined));
    expect(error).toMatchObject({ statusCode: 402, payment_intent: { id: intent?.id } });
    expect(await made('lost')).toHaveLength(1);
  });

  it.each([
    ['pm_card_visa', { status: 'requires_capture' }],
    ['pm_card_chargeDeclined', { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } }],
    ['pm_card_authenticationRequired', { status: 'requires_action' }],
  ])('says 500 for ever of what was done with %s: only a look finds it', async (method, found) => {
    await setFaults({ match: { route, times: 1 }, fault: { kind: 'error-after-commit' } });
    for (const _ of [1, 2])
      await expect(pay(`500-${method}`, { payment_method: method })).rejects.toMatchObject({ statusCode: 500 });
    expect(await made(`500-${method}`)).toMatchObject([found]);
  });
});
