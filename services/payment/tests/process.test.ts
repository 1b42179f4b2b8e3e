import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerFor, eventually, testCallerDir, whyNoBroker } from '@storefront/kit/testing';
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
  });
  afterAll(async () => {
    await shop?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function run(
    entry: string,
    { username, password }: { username: string; password: string },
  ): { child: ChildProcess; said: () => string } {
    const broker = shop.broker.account('payment');
    // As the pod and the migration Job have them.
    const account = entry === 'migrate.ts' ? 'orders-migrate' : 'orders';
    const files = {
      [`${account}-username`]: username,
      [`${account}-password`]: password,
      'broker-username': broker.username,
      'broker-password': broker.password,
      'secret-key': secretKey,
      'webhook-secret': webhookSecret,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    const child = spawn(process.execPath, ['--import', '@storefront/kit/tracing', join(source, entry)], {
      cwd: source,
      env: {
        PATH: process.env['PATH'],
        NODE_NO_WARNINGS: '1',
        SERVICE: 'payment',
        SCOPE: shop.scope,
        HOST: '127.0.0.1',
        PORT: '0',
        LOCALE: 'en-IE',
        TIME_ZONE: 'Europe/Dublin',
        CURRENCIES: 'EUR',
        COUNTRIES: 'IE',
        PUBLIC_URL: 'http://127.0.0.1:8080',
        CREDENTIALS_DIR: dir,
        CALLER_DIR: testCallerDir(),
        ORDERS_SHARDS: JSON.stringify(shop.servers.shards),
        BROKER_URL: broker.url,
        STRIPE_DIR: dir,
        STRIPE_URL: shop.simulator.url,
        STRIPE_PUBLISHABLE_KEY: publishableKey,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, said: () => text };
  }

  it('starts, pays, drains, and never says a secret, whatever Stripe answers', async () => {
    const { child, said } = run('main.ts', shop.servers);
    const url = await eventually(
      () => {
        const started = /"url":"(http[^"]+)".*"msg":"started"/.exec(said())?.[1];
        if (!started) throw new Error(`it has not started: ${said()}`);
        return started;
      },
      { within: '15s' },
    );
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
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    for (const secret of [secretKey, webhookSecret, 'client_secret', 'Bearer', 'pm_card_visa'])
      expect(said()).not.toContain(secret);
    await order.audit();
  });

  it('migrates as the owner of its schema, again and again', async () => {
    const { child, said } = run('migrate.ts', shop.servers.owner);
    const [code] = (await once(child, 'exit')) as [number];
    expect({ code, said: said() }).toMatchObject({ code: 0 });
  });
});
