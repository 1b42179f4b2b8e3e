import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerFor, eventually, runService, spawnService, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eur, openShop, returnUrl, whyNoSimulator, type Shop } from './fixtures/shop.ts';
import { publishableKey, secretKey, webhookSecret } from './fixtures/simulator.ts';

const why = whyNoBroker || whyNoSimulator;
const source = join(import.meta.dirname, '../src');

/** As its pod runs it: settings from the environment, secrets from files. */
describe.skipIf(why)(`the process ${why}`, () => {
  let shop: Shop;
  let dir: string;
  beforeAll(async () => {
    shop = await openShop();
    dir = mkdtempSync(join(tmpdir(), 'payment-process-'));
    const files = { 'secret-key': secretKey, 'webhook-secret': webhookSecret };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  });
  afterAll(async () => {
    await shop?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  type Account = { username: string; password: string };
  /** As the pod and the migration Job have them. */
  const optionsFor = (accounts: Record<string, Account>) => ({
    env: {
      SERVICE: 'payment',
      SCOPE: shop.scope,
      ORDERS_SHARDS: JSON.stringify(shop.servers.shards),
      BROKER_URL: shop.broker.account('payment').url,
      STRIPE_DIR: dir,
      STRIPE_URL: shop.simulator.url,
      STRIPE_PUBLISHABLE_KEY: publishableKey,
    },
    accounts: { broker: shop.broker.account('payment'), ...accounts },
  });

  it('starts, pays, drains, and never says a secret, whatever Stripe answers', async () => {
    const { url, said, end } = await runService(join(source, 'main.ts'), optionsFor({ orders: shop.servers }));
    onTestFinished(() => void end('SIGKILL'));
    await shop.simulator.faults(
      { match: { route: 'POST /v1/payment_intents', times: 1 }, fault: { kind: 'error-after-commit' } },
      { match: { route: 'POST /v1/payment_intents/:id/confirm', times: 2 }, fault: { kind: 'lost-response' } },
      { match: { route: 'GET *', times: 1 }, fault: { kind: 'rate-limit' } },
    );
    const order = shop.order();
    const headers = {
      ...(await callerFor('service', { audience: 'payment', sub: 'order' })),
      'content-type': 'application/json',
    };
    const authorization = { amount: eur(2500), attempt: 1, method: 'pm_card_visa', returnUrl, description: 'Order' };
    const answer = await fetch(`${url}/payments/${order.id}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(authorization),
    });
    expect(await answer.json()).toMatchObject({ status: 'authorized' });
    expect(await (await fetch(`${url}/payment-settings`)).json()).toEqual({
      provider: 'stripe',
      publishableKey,
      scriptUrl: `${shop.simulator.url}/v3/`,
    });
    await eventually(() => expect(said()).toContain('Stripe did not do as asked'));
    expect((await end()).code).toBe(0);
    for (const secret of [secretKey, webhookSecret, 'client_secret', 'Bearer', 'pm_card_visa'])
      expect(said()).not.toContain(secret);
    await order.audit();
  });

  it('migrates as the owner of its schema, again and again', async () => {
    const options = optionsFor({ 'orders-migrate': shop.servers.owner });
    for (const _ of [1, 2]) {
      const { ended, said } = spawnService(join(source, 'migrate.ts'), options);
      expect(await ended, said()).toBe(0);
    }
  });
});
