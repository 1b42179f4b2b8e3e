import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { callerFor, eventually, testStores, whyNoBroker } from '@storefront/kit/testing';
import { orderScope } from '@storefront/commerce/guest-tokens';
import type { OrderId } from '@storefront/commerce/order-ids';
import { capabilityFor } from '@storefront/kit/capability';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RefusedMail, type MailTransport } from '../src/mail/smtp.ts';
import { mailsTo } from './mailbox.ts';
import { openShop, type Shop } from './shop.ts';

type Sent = { id: number; what: string };

describe.skipIf(whyNoBroker)(`the events of an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterEach(() => Object.values(shop.peers).forEach(({ knobs }) => knobs.clear()));
  afterAll(() => shop?.close());

  /** A client that listens; what it was sent, and whether the stream has ended. */
  async function listen(orderId: string, { url = shop.url, lastEventId }: { url?: string; lastEventId?: number } = {}) {
    const caller = await callerFor('guest', { audience: 'order', sub: '', scopes: [orderScope(orderId)] });
    const heard = { status: 0, text: '', hasEnded: false };
    const id = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) };
    const client = request(`${url}/orders/${orderId}/events`, { headers: { ...caller, ...id } }, (response) => {
      heard.status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => (heard.text += chunk.toString()));
      response.on('end', () => (heard.hasEnded = true));
    });
    client.on('error', () => {});
    client.end();
    onTestFinished(() => void client.destroy());
    await eventually(() => expect(heard.status).toBeGreaterThan(0));
    const events = (): Sent[] =>
      [...heard.text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, sequence, data = '']) => ({
        id: Number(sequence),
        what: (JSON.parse(data) as { what: string }).what,
      }));
    return { heard, events };
  }

  const whole = ['placed', 'stock-reserved', 'authorized', 'confirmed', 'labelled', 'captured'];

  it('come as they happen, with what was before, in order and each once', async () => {
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    const { heard, events } = await listen(orderId);
    expect(heard.text).toMatch(/^retry: 3000\n\n/);
    await eventually(() => expect(events().map(({ what }) => what)).toEqual(['placed', 'stock-reserved']));
    shop.peers.payment.knobs.release();
    await eventually(() => expect(events().map(({ what }) => what)).toEqual(whole), { within: '10s' });
    expect(events().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('come from any instance, whoever does the work', async () => {
    const other = await shop.open();
    onTestFinished(() => other.service.stop());
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'hang');
    const { orderId } = await shop.place('pm_card_ok');
    const { events } = await listen(orderId, { url: other.url });
    shop.peers.payment.knobs.release();
    await eventually(() => expect(events().map(({ what }) => what)).toEqual(whole), { within: '10s' });
  });

  it('go on after the last that a client has, and end with the order', async () => {
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    const { heard, events } = await listen(orderId, { lastEventId: 4 });
    await eventually(() => expect(events().map(({ id }) => id)).toEqual([5, 6]));
    await shop.peers.shipping.scan(orderId, 'in-transit');
    await shop.reached(orderId, 'handed-over');
    await shop.peers.shipping.scan(orderId, 'delivered');
    await eventually(() => expect(heard.hasEnded).toBe(true), { within: '10s' });
    const last = events().at(-1);
    expect(last?.what).toBe('delivered');
    expect((await listen(orderId, { lastEventId: last?.id ?? 0 })).heard.status).toBe(204);
  });

  it('end at once when the process is to go, with the word to come again soon', async () => {
    const other = await shop.open();
    const { orderId } = await shop.place();
    const { heard } = await listen(orderId, { url: other.url });
    const from = performance.now();
    await other.service.stop();
    expect(performance.now() - from).toBeLessThan(4_000);
    await eventually(() => expect(heard.hasEnded).toBe(true));
    expect(heard.text).toContain('retry: 250');
  });

  it('end at once also for whoever came just before, and whose order is still being read', async () => {
    const other = await shop.open();
    const { orderId } = await shop.place();
    const reads = await holdUpReads();
    const listening = listen(orderId, { url: other.url });
    await eventually(async () => expect(await reads.waiting()).toBeGreaterThan(0));
    const stopped = other.service.stop();
    await reads.goOn();
    const { heard, events } = await listening;
    await eventually(() => expect(heard.hasEnded).toBe(true));
    expect(events().map(({ what }) => what)).toEqual(['placed', 'stock-reserved']);
    expect(heard.text).toContain('retry: 250');
    await stopped;
  });

  /** Whoever reads an order waits until they may go on. */
  async function holdUpReads() {
    const databases = shop.shards.shards.map(({ name }) => shop.shards.admin(name));
    const holding = await Promise.all(databases.map((db) => db.startTransaction().execute()));
    const goOn = async () => void (await Promise.all(holding.map((tx) => tx.rollback().execute())));
    for (const tx of holding) await sql`lock table test.orders in access exclusive mode`.execute(tx);
    const waitingOn = async (db: (typeof databases)[number]) =>
      (await sql`select from pg_locks where relation = 'test.orders'::regclass and not granted`.execute(db)).rows
        .length;
    const waiting = async () => Math.max(...(await Promise.all(databases.map(waitingOn))));
    return { waiting, goOn };
  }
});

describe.skipIf(whyNoBroker || !testStores?.mail)(`the mails of an order ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  it('are sent once each, and lead to the order', async () => {
    const { orderId, email, number } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await shop.peers.shipping.scan(orderId, 'in-transit');
    await shop.reached(orderId, 'handed-over');
    await shop.ask('POST', `/orders/${orderId}/refunds`, { body: { reason: 'late' }, key: 'k', merchant: true });
    await eventually(async () => expect(await mailsTo(email)).toHaveLength(3), { within: '15s', every: '200ms' });
    const link = `http://127.0.0.1:8080/orders/${orderId}?token=order.${orderId}.${capabilityFor(shop.deps.guestKey, 'order', orderId)}`;
    const mails = await mailsTo(email);
    expect(mails.map(({ Subject }) => Subject).toSorted()).toEqual([
      `A refund for your order ${number}`,
      `Your order ${number} at Test`,
      `Your order ${number} is on its way`,
    ]);
    for (const { Text, HTML } of mails) {
      expect(Text).toContain(link);
      expect(HTML).toContain(link);
    }
    await eventually(async () =>
      expect((await shop.rows<{ status: string }>('mail', orderId)).map(({ status }) => status)).toEqual([
        'sent',
        'sent',
        'sent',
      ]),
    );
  });

  it('about a bank are sent to whoever does not come back, and to nobody else', async () => {
    const [left, stayed] = [await shop.place('pm_card_3ds'), await shop.place('pm_card_3ds')];
    for (const { orderId } of [left, stayed])
      await shop.ask('GET', `/orders/${orderId}?waitFor=payment`, { token: orderId });
    await shop.peers.payment.approve(stayed.orderId);
    await shop.reached(stayed.orderId, 'captured');
    shop.travel(121_000);
    await eventually(
      async () =>
        expect((await mailsTo(left.email)).map(({ Subject }) => Subject)).toEqual([
          `Your payment for order ${left.number} is not complete`,
        ]),
      { within: '10s' },
    );
    await eventually(async () => {
      const rows = await shop.rows<{ kind: string; status: string }>('mail', stayed.orderId);
      const became = Object.fromEntries(rows.map(({ kind, status }) => [kind, status]));
      expect(became).toEqual({ 'action-needed': 'skipped', confirmation: 'sent' });
    });
  });

  it('wait in their rows while the mail server hangs, and are sent once each when it goes on', async () => {
    const sent: string[] = [];
    const goOn = Promise.withResolvers<void>();
    const hanging = [0, 0];
    const slow = (index: number): MailTransport => ({
      async send(_, messageId) {
        hanging[index]! += 1;
        await goOn.promise;
        sent.push(messageId);
      },
      close() {},
    });
    const other = await openShop({ mail: slow(0) });
    onTestFinished(() => other.close());
    const second = await other.open({ mail: slow(1) });
    onTestFinished(() => second.service.stop());
    const placed: OrderId[] = [];
    const place = async (count: number) => {
      const orders = await Promise.all(Array.from({ length: count }, () => other.place('pm_card_ok')));
      for (const { orderId } of orders) placed.push((await other.reached(orderId, 'captured')).orderId);
    };
    for (let times = 0; times < 5; times += 1) await place(10);
    // So late that whoever had them in a queue would not hold them any more; another order, so that both have looked since.
    other.travel(60_000);
    await place(1);
    expect(hanging[0]).toBe(8);
    expect(hanging[1]).toBeLessThanOrEqual(8);
    goOn.resolve();
    other.travel(120_000);
    await eventually(() => expect(new Set(sent).size).toBe(51), { within: '20s' });
    await eventually(async () => {
      const rows = await Promise.all(placed.map((orderId) => other.rows('mail', orderId)));
      expect(rows.flat().filter(({ status }) => status !== 'sent')).toEqual([]);
    });
    expect(sent.toSorted()).toEqual(placed.map((orderId) => `${orderId}.confirmation`).toSorted());
  });

  /** A mail server that takes its time, and what it was sent. */
  const slowServer = () => {
    const sent: string[] = [];
    const transport: MailTransport = {
      async send(_, messageId) {
        await pause(20);
        sent.push(messageId);
      },
      close() {},
    };
    return { sent, transport };
  };
  const confirmations = (orders: readonly { orderId: string }[]) =>
    orders.map(({ orderId }) => `${orderId}.confirmation`).toSorted();

  it('of a rush wait for their turn, not for a lease to end', async () => {
    const { sent, transport } = slowServer();
    const other = await openShop({ mail: transport });
    onTestFinished(() => other.close());
    const placed = await Promise.all(Array.from({ length: 40 }, () => other.place('pm_card_ok')));
    await eventually(() => expect(sent.toSorted()).toEqual(confirmations(placed)), { within: '15s' });
  });

  it('that nobody has sent are all taken up by one look', async () => {
    const other = await openShop({ mail: undefined });
    onTestFinished(() => other.close());
    const placed = await Promise.all(Array.from({ length: 40 }, () => other.place('pm_card_ok')));
    for (const { orderId } of placed) await other.reached(orderId, 'captured');
    other.travel(121_000);
    const { sent, transport } = slowServer();
    const second = await other.open({ mail: transport, pace: '1h' });
    onTestFinished(() => second.service.stop());
    await eventually(() => expect(sent.toSorted()).toEqual(confirmations(placed)), { within: '15s' });
  });

  it('are sent when the mail server is there again, and given up only when it refuses them for good', async () => {
    let isAway = true;
    const sent: string[] = [];
    const other = await openShop({
      mail: {
        async send({ to }, messageId) {
          if (isAway) throw new Error('connect ECONNREFUSED');
          if (to.startsWith('refused')) throw new RefusedMail('550 no such user');
          sent.push(messageId);
        },
        close() {},
      },
    });
    onTestFinished(() => other.close());
    const { orderId } = await other.place('pm_card_ok');
    const cart = other.fill();
    const refused = await other.post(cart, { email: 'refused@example.com', paymentMethod: 'pm_card_ok' });
    for (const id of [orderId, refused.body.orderId]) await other.reached(id, 'captured');
    await eventually(async () =>
      expect(await other.rows('mail', orderId)).toMatchObject([{ status: 'due', tries: 1 }]),
    );
    isAway = false;
    other.travel(60_000);
    await eventually(() => expect(sent).toEqual([`${orderId}.confirmation`]), { within: '10s' });
    await eventually(async () =>
      expect(await other.rows('mail', refused.body.orderId)).toMatchObject([{ status: 'skipped' }]),
    );
  });
});
