import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, runService, spawnService, testCallerDir, testShards, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { anOrder, clientOf, from, openGround, type Ground } from './open-shipping.ts';
import { apiKey, webhookSecret } from './peer/carrier.ts';

const source = join(import.meta.dirname, '../src');

describe.skipIf(whyNoBroker)(`shipping as its pod runs it ${whyNoBroker}`, { timeout: 60_000 }, () => {
  let ground: Ground;
  let dir: string;
  beforeAll(async () => {
    ground = await openGround();
    dir = mkdtempSync(join(tmpdir(), 'shipping-'));
    mkdirSync(join(dir, 'easypost'));
    const files = { 'api-key': apiKey, 'webhook-secret': webhookSecret };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, 'easypost', name), text);
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await ground?.close();
  });

  const environment = (): Record<string, string> => ({
    SERVICE: 'shipping',
    COUNTRIES: 'DE',
    CALLER_DIR: testCallerDir('shipping'),
    ORDERS_SHARDS: JSON.stringify(ground.shards.shards),
    BROKER_URL: ground.broker.account('shipping').url,
    CART_URL: ground.carts.url,
    CARRIERS: JSON.stringify([{ name: 'easypost', kind: 'EasyPost', url: ground.carrier.url }]),
    CARRIERS_DIR: dir,
    SHIP_FROM: JSON.stringify(from),
  });

  const accounts = () => ({ orders: ground.shards, broker: ground.broker.account('shipping') });

  it('migrates as the owner of its schema', async () => {
    const fresh = await testShards();
    onTestFinished(() => fresh.close());
    const env = { ...environment(), ORDERS_SHARDS: JSON.stringify(fresh.shards) };
    for (const _ of [1, 2]) {
      const migration = spawnService(join(source, 'migrate.ts'), { env, accounts: { 'orders-migrate': fresh.owner } });
      expect(await migration.ended, migration.said()).toBe(0);
    }
  });

  it('starts, buys a label, hears of it, says so in its metrics, and ends by itself', async () => {
    const { url, end } = await runService(join(source, 'main.ts'), { env: environment(), accounts: accounts() });
    onTestFinished(() => void end('SIGKILL'));
    await ground.carrier.tell(url);
    const shipping = clientOf(url);
    const orderId = anOrder();
    const { body } = await shipping.want(orderId);
    expect(body.status).toBe('labelled');
    await ground.carrier.move(body.trackingCode as string, 'delivered');
    await eventually(async () => expect((await shipping.one(orderId)).status).toBe('delivered'), { within: '10s' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/carrier_call_duration_seconds_count{[^}]*call="buy",outcome="answered"[^}]*} 1/);
    expect((await end()).code).toBe(0);
  });

  it.each([
    ['a list that is none', { CARRIERS: 'easypost' }, 'CARRIERS: must be JSON'],
    ['no address to ship from', { SHIP_FROM: '{}' }, 'SHIP_FROM'],
    ['a carrier without its key', { CARRIERS: JSON.stringify([{ name: 'other', kind: 'EasyPost' }]) }, 'api-key'],
  ])('does not start with %s, and says so', async (_, env, message) => {
    const options = { env: { ...environment(), ...env }, accounts: accounts() };
    const { ended, said } = spawnService(join(source, 'main.ts'), options);
    expect(await ended).toBe(1);
    expect(said()).toContain(message);
  });
});
