import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookFault } from '../../simulator/faults/rules.ts';
import { startReceiver, type Received, type Receiver } from '../../simulator/testing/receiver.ts';
import type { Delivery } from '../../simulator/webhooks/queue.ts';
import { readConfig } from '../config.ts';
import { openTestAccount, publishableKey, secretKey, webhookSecret, type TestAccount } from './account.ts';

let account: TestAccount;
let shop: Receiver;
beforeEach(async () => {
  shop = await startReceiver();
  account = await openTestAccount({ webhook: { url: shop.url, secret: webhookSecret } });
});
afterEach(async () => {
  await account.close();
  await shop.close();
});

const createIntent = () => account.stripe.paymentIntents.create({ amount: 2500, currency: 'eur' });
const distort = (event: string, fault: WebhookFault) => account.control.put('faults', [{ match: { event }, fault }]);
const typesOf = () => shop.received.map(({ body }) => (JSON.parse(body) as Stripe.Event).type);
const arrived = async (count: number) => {
  await expect.poll(() => shop.received).toHaveLength(count);
};

/** As a shop does it. */
function verify({ headers, body }: Received): Stripe.Event {
  return Stripe.webhooks.constructEvent(body, headers['stripe-signature'] as string, webhookSecret);
}

describe('a webhook', () => {
  it('tells what happened, signed, in the version of the API', async () => {
    const { id } = await createIntent();
    await arrived(1);
    const event = verify(shop.received[0] as Received);
    expect(event).toMatchObject({
      type: 'payment_intent.created',
      api_version: '2026-10-28.endive',
      data: { object: { id } },
    });
    const listed = await account.stripe.events.list({ type: 'payment_intent.created' });
    expect(listed.data.map((each) => each.id)).toEqual([event.id]);
  });

  it('goes where the settings say, signed as ever, until they say nothing any more', async () => {
    const other = await startReceiver();
    await account.control.put('settings', { webhookUrl: other.url });
    const { id } = await createIntent();
    await expect.poll(() => other.received).toHaveLength(1);
    expect(verify(other.received[0] as Received)).toMatchObject({ data: { object: { id } } });
    await account.control.put('settings', { webhookUrl: null });
    await createIntent();
    await arrived(1);
    expect(other.received).toHaveLength(1);
    await other.close();
  });

  it('comes again, later each time, until it is taken', async () => {
    shop.answer(500);
    await createIntent();
    await arrived(1);
    await account.control.put('clock', { advanceMs: 61_000 });
    await arrived(2);
    shop.answer(200);
    await account.control.put('clock', { advanceMs: 61_000 });
    expect(shop.received).toHaveLength(2);
    await account.control.put('clock', { advanceMs: 61_000 });
    await arrived(3);
    await expect
      .poll(() => account.control.get<Delivery[]>('deliveries'))
      .toMatchObject([{ state: 'delivered', attempts: 3 }]);
    expect((await account.stripe.events.list()).data).toMatchObject([{ pending_webhooks: 0 }]);
  });

  it('is given up after three days of simulated time', async () => {
    shop.answer(500);
    await createIntent();
    for (let tries = 1; tries < 40; tries += 1) {
      await arrived(tries);
      const [delivery] = await account.control.get<Delivery[]>('deliveries');
      if (delivery?.state === 'given-up') break;
      await account.control.put('clock', { advanceMs: 12 * 3600 * 1000 });
    }
    const [delivery] = await account.control.get<Delivery[]>('deliveries');
    expect(delivery?.state).toBe('given-up');
    expect((Number(delivery?.dueAt) - Number(delivery?.firstAt)) / 3_600_000).toBeLessThan(73);
    await account.control.put('clock', { advanceMs: 48 * 3600 * 1000 });
    expect(shop.received).toHaveLength(delivery?.attempts ?? 0);
  });

  it('goes to every endpoint that asks for its type', async () => {
    const other = await startReceiver();
    const endpoint = await account.stripe.webhookEndpoints.create({
      url: other.url,
      enabled_events: ['payment_intent.canceled'],
    });
    const { id } = await createIntent();
    await account.stripe.paymentIntents.cancel(id);
    await expect.poll(() => other.received).toHaveLength(1);
    const [{ headers, body }] = other.received as [Received];
    const event = Stripe.webhooks.constructEvent(body, headers['stripe-signature'] as string, endpoint.secret ?? '');
    expect(event.type).toBe('payment_intent.canceled');
    await other.close();
  });
});

describe('the endpoint of the environment', () => {
  it('is told of the types that it is subscribed to; the list of events has the others too', async () => {
    const events = ['payment_intent.canceled', 'payment_intent.requires_action'];
    const subscribed = await openTestAccount({ webhook: { url: shop.url, secret: webhookSecret, events } });
    const { id } = await subscribed.stripe.paymentIntents.create({ amount: 2500, currency: 'eur' });
    await subscribed.stripe.paymentIntents.cancel(id);
    await arrived(1);
    expect(typesOf()).toEqual(['payment_intent.canceled']);
    const listed = (await subscribed.stripe.events.list()).data.map(({ type, pending_webhooks: due }) => ({
      type,
      due,
    }));
    expect(listed).toContainEqual({ type: 'payment_intent.created', due: 0 });
    expect((await subscribed.control.get<Delivery[]>('deliveries')).map(({ type }) => type)).toEqual(typesOf());
    const { data } = await subscribed.stripe.webhookEndpoints.list();
    expect(data).toMatchObject([{ enabled_events: events }]);
    await subscribed.close();
  });

  it('is subscribed to what its variable lists, to everything without', () => {
    const variables = {
      SIMULATOR_PORT: '0',
      SIMULATOR_FOLDER: '.',
      SIMULATOR_CONTROL_TOKEN: 'control-token-of-a-test',
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_PUBLISHABLE_KEY: publishableKey,
      STRIPE_WEBHOOK_URL: shop.url,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
    };
    const eventsOf = (env: NodeJS.ProcessEnv) => readConfig(env).webhook?.events;
    expect(eventsOf(variables)).toEqual(['*']);
    expect(eventsOf({ ...variables, STRIPE_WEBHOOK_EVENTS: 'refund.created,refund.failed' })).toEqual([
      'refund.created',
      'refund.failed',
    ]);
  });
});

describe('a webhook fault', () => {
  it('sends it three times', async () => {
    await distort('*', { kind: 'duplicate', copies: 3 });
    await createIntent();
    await arrived(3);
    expect(new Set(shop.received.map((each) => verify(each).id)).size).toBe(1);
  });

  it('sends it an hour late', async () => {
    await distort('*.created', { kind: 'late', byMs: 3_600_000 });
    const { id } = await createIntent();
    await account.stripe.paymentIntents.cancel(id);
    await arrived(1);
    expect(typesOf()).toEqual(['payment_intent.canceled']);
    await account.control.put('clock', { advanceMs: 3_600_000 });
    await arrived(2);
    expect(typesOf()[1]).toBe('payment_intent.created');
  });

  it('sends several in another order', async () => {
    await distort('*', { kind: 'reordered', withinMs: 60_000 });
    const made: string[] = [];
    for (let count = 0; count < 10; count += 1) made.push((await createIntent()).id);
    await account.control.put('clock', { advanceMs: 60_000 });
    await arrived(10);
    const deliveries = await account.control.get<Delivery[]>('deliveries');
    const order = deliveries.toSorted((a, b) => a.dueAt - b.dueAt).map(({ id }) => id);
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });

  it('never sends it: only the list of events has it', async () => {
    await distort('*.created', { kind: 'dropped' });
    const { id } = await createIntent();
    await account.stripe.paymentIntents.cancel(id);
    await arrived(1);
    expect(typesOf()).toEqual(['payment_intent.canceled']);
    expect((await account.stripe.events.list({ types: ['payment_intent.created'] })).data).toHaveLength(1);
  });

  it.each(['secret', 'body', 'replay'] as const)('sends a forgery besides (%s), which a shop can tell', async (how) => {
    await distort('*', { kind: 'forged', how });
    await createIntent();
    await arrived(2);
    const verdicts = shop.received.map((each) => {
      try {
        return verify(each).type;
      } catch {
        return 'forged';
      }
    });
    expect(verdicts.toSorted()).toEqual(['forged', 'payment_intent.created']);
  });
});

describe('simulated time', () => {
  it('lets an authorisation lapse after seven days, and says so', async () => {
    const { id } = await account.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await account.control.put('clock', { advanceMs: 7 * 24 * 3600 * 1000 - 60_000 });
    expect(await account.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    await account.control.put('clock', { advanceMs: 60_000 });
    expect(await account.stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    });
    await expect.poll(typesOf).toEqual(expect.arrayContaining(['charge.expired', 'payment_intent.canceled']));
  });

  it('brings a refund back, and a dispute, where the card says so', async () => {
    const buy = async (card: string) => {
      const { id } = await account.stripe.paymentIntents.create({
        amount: 2500,
        currency: 'eur',
        confirm: true,
        payment_method: card,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      });
      return id;
    };
    const failing = await account.stripe.refunds.create({ payment_intent: await buy('pm_card_refundFail') });
    const pending = await account.stripe.refunds.create({ payment_intent: await buy('pm_card_pendingRefund') });
    expect([failing.status, pending.status]).toEqual(['succeeded', 'pending']);
    const disputed = await buy('pm_card_createDispute');
    await account.control.put('clock', { advanceMs: 61_000 });
    expect(await account.stripe.refunds.retrieve(failing.id)).toMatchObject({ status: 'failed' });
    expect(await account.stripe.refunds.retrieve(pending.id)).toMatchObject({ status: 'succeeded' });
    const disputes = await account.stripe.disputes.list({ payment_intent: disputed });
    expect(disputes.data).toMatchObject([{ status: 'needs_response', amount: 2500 }]);
    await expect
      .poll(typesOf)
      .toEqual(expect.arrayContaining(['refund.failed', 'refund.updated', 'charge.dispute.created']));
  });
});
