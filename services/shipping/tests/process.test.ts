import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, testCallerDir, testShards, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readCarrierAccounts, readConfig } from '../src/config.ts';
import { anOrder, clientOf, from, openGround, type Ground } from './open-shipping.ts';
import { apiKey, webhookSecret } from './peer/carrier.ts';

const source = join(import.meta.dirname, '../src');

describe.skipIf(whyNoBroker)(`shipping as its pod runs it ${whyNoBroker}`, { timeout: 60_000 }, () => {
  let ground: Ground;
  let dir: string;
  beforeAll(async () => {
    ground = await openGround();
    dir = mkdtempSync(join(tmpdir(), 'shipping-'));
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await ground?.close();
  });

  type Login = { username: string; password: string };
  function write(folder: string, files: Record<string, string>): string {
    const path = join(dir, folder);
    mkdirSync(path, { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
    return path;
  }
  const login = (account: string, { username, password }: Login) => ({
    [`${account}-username`]: username,
    [`${account}-password`]: password,
  });
  function environment(owner: Login): Record<string, string> {
    const { shards, broker, carrier, carts } = ground;
    const account = broker.account('shipping');
    write('carriers/easypost', { 'api-key': apiKey, 'webhook-secret': webhookSecret });
    return {
      SERVICE: 'shipping',
      SCOPE: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOCALE: 'en-IE',
      TIME_ZONE: 'Europe/Dublin',
      CURRENCIES: 'EUR',
      COUNTRIES: 'DE',
      PUBLIC_URL: 'http://127.0.0.1:8080',
      CALLER_DIR: testCallerDir('shipping'),
      CREDENTIALS_DIR: write('credentials', {
        ...login('orders', shards),
        ...login('orders-migrate', owner),
        ...login('broker', account),
        'cursor-key': Buffer.alloc(32, 1).toString('base64'),
      }),
      ORDERS_SHARDS: JSON.stringify(shards.shards),
      BROKER_URL: account.url,
      CART_URL: carts.url,
      CARRIERS: JSON.stringify([{ name: 'easypost', kind: 'EasyPost', url: carrier.url }]),
      CARRIERS_DIR: join(dir, 'carriers'),
      SHIP_FROM: JSON.stringify(from),
    };
  }
  function run(script: string, env: Record<string, string>): ChildProcess {
    const args = ['--import', '@storefront/kit/tracing', join(source, script)];
    const child = spawn(process.execPath, args, {
      cwd: source,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }
  async function startedAt({ stdout }: ChildProcess): Promise<string> {
    for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
      const { msg, url } = JSON.parse(line) as { msg?: string; url?: string };
      if (msg === 'started' && url) return url;
    }
    throw new Error('it ended before it started');
  }

  it('migrates as the owner of its schema', async () => {
    const fresh = await testShards();
    onTestFinished(() => fresh.close());
    const env = { ...environment(fresh.owner), ORDERS_SHARDS: JSON.stringify(fresh.shards) };
    for (const _ of [1, 2]) expect(await once(run('migrate.ts', env), 'close')).toEqual([0, null]);
  });

  it('starts, buys a label, hears of it, says so in its metrics, and ends by itself', async () => {
    const child = run('main.ts', environment(ground.shards.owner));
    const url = await startedAt(child);
    await ground.carrier.tell(url);
    const shipping = clientOf(url);
    const orderId = anOrder();
    const { body } = await shipping.want(orderId);
    expect(body.status).toBe('labelled');
    await ground.carrier.move(body.trackingCode as string, 'delivered');
    await eventually(async () => expect((await shipping.one(orderId)).status).toBe('delivered'), { within: '10s' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/carrier_call_duration_seconds_count{[^}]*call="buy",outcome="answered"[^}]*} 1/);
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('says what is wrong with its carriers', () => {
    const env = environment(ground.shards.owner);
    expect(() => readConfig({ ...env, CARRIERS: 'easypost' })).toThrow('CARRIERS: must be JSON');
    expect(() => readConfig({ ...env, SHIP_FROM: '{}' })).toThrow('SHIP_FROM');
    const other = [{ name: 'other', kind: 'EasyPost' }];
    const config = readConfig({ ...env, CARRIERS: JSON.stringify(other) });
    expect(() => readCarrierAccounts(config)).toThrow('"api-key"');
  });
});
