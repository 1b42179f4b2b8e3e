import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  beliefConfig,
  callConfig,
  commonConfig,
  readAccount,
  readConfig,
  readCredential,
  readCursorKey,
  readKey,
  shardsConfig,
  storeConfig,
} from './config.ts';

const env = {
  SERVICE: 'product',
  SCOPE: 'acme-1a2b3c',
  PORT: '7001',
  LOCALE: 'de-DE',
  TIME_ZONE: 'Europe/Berlin',
  CURRENCIES: 'EUR, USD',
  COUNTRIES: 'DE,AT',
  PUBLIC_URL: 'http://127.0.0.1:8080',
  PRODUCTS_URL: 'mongodb://10.0.0.1:27017/acme-product',
  ORDER_URL: 'http://127.0.0.1:9105',
};
const schema = z.object({ ...commonConfig, ...storeConfig('products'), ...callConfig('order') });

function refusalOf(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('the configuration', () => {
  it('is the environment, typed and with its defaults', () => {
    expect(readConfig(schema, env)).toMatchObject({
      service: 'product',
      port: 7001,
      host: '0.0.0.0',
      currencies: ['EUR', 'USD'],
      countries: ['DE', 'AT'],
      shutdownGrace: '20s',
      tracesSample: 0.01,
      productsUrl: env.PRODUCTS_URL,
      orderUrl: env.ORDER_URL,
    });
  });

  it('of a service that is believed is where its key is, which must be said', () => {
    const shipping = z.object(beliefConfig('shipping'));
    const path = '/etc/storefront/caller/shipping.public.jwk';
    expect(readConfig(shipping, { SHIPPING_KEY_FILE: path })).toEqual({ shippingKeyFile: path });
    expect(() => readConfig(shipping, {})).toThrow('SHIPPING_KEY_FILE is not set');
  });

  describe('of shards', () => {
    const orders = z.object(shardsConfig('orders'));
    const shard = { name: 'orders-1', url: 'postgres://10.0.0.1:5432/acme', replicas: [], pool: 8 };

    it('is a list in JSON', () => {
      const shards = [shard, { ...shard, name: 'orders-2', replicas: [shard.url], caFile: '/ca.crt' }];
      expect(readConfig(orders, { ORDERS_SHARDS: JSON.stringify(shards) })).toEqual({ ordersShards: shards });
    });

    it.each([
      ['{', 'must be JSON'],
      ['[]', 'at least 1|>=1'],
      [JSON.stringify([shard, shard]), 'names must differ'],
      [JSON.stringify([{ ...shard, pool: 0 }]), '>=1'],
      [JSON.stringify([{ ...shard, url: 'orders-1' }]), 'URL'],
    ])('is not %s', (text, reason) => {
      expect(() => readConfig(orders, { ORDERS_SHARDS: text })).toThrow(new RegExp(`ORDERS_SHARDS: .*(${reason})`));
    });
  });

  it('is frozen, its lists too', () => {
    const config = readConfig(schema, env);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.currencies)).toBe(true);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig(schema, { ...env, TRACES_ENDPOINT: '', HOST: '' })).not.toHaveProperty('tracesEndpoint');
  });

  it('names all bad variables in one message, with what they should be', () => {
    const bad = {
      ...env,
      PORT: 'http',
      CURRENCIES: 'EUR,euro',
      COUNTRIES: undefined,
      SHUTDOWN_GRACE: '20',
      LOCALE: 'not a locale',
      TIME_ZONE: 'Mars/Olympus',
      ORDER_URL: 'order',
    };
    const read = () => readConfig(schema, bad);
    expect(read).toThrow(/^The environment is not complete:\n/);
    for (const line of [
      /PORT: .*\(is "http"\)/,
      /CURRENCIES: must be ISO 4217 codes such as EUR,USD/,
      /COUNTRIES is not set/,
      /SHUTDOWN_GRACE: must be a duration such as 20s \(is "20"\)/,
      /LOCALE: must be a BCP 47 tag/,
      /TIME_ZONE: must be an IANA time zone/,
      /ORDER_URL: .*\(is "order"\)/,
    ])
      expect(read).toThrow(line);
  });

  it('is read or refused with a message that names the variable, whatever the variable holds', () => {
    const name = fc.constantFrom(...(Object.keys(env) as (keyof typeof env)[]));
    const property = fc.property(name, fc.string({ unit: 'binary' }), (variable, text) => {
      const message = refusalOf(() => readConfig(schema, { ...env, [variable]: text }));
      expect(message === '' || message.includes(variable), message).toBe(true);
    });
    fc.assert(property);
  });
});

describe('credentials', () => {
  function folder(files: Record<string, string>): string {
    const dir = mkdtempSync(join(tmpdir(), 'credentials-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    return dir;
  }

  it('are files, read without the line end that editors add', () => {
    const dir = folder({ 'products-username': 'shop\n', 'products-password': ' secret\n' });
    expect(readAccount(dir, 'products')).toEqual({ username: 'shop', password: 'secret' });
  });

  it('that are missing or empty are named with the place where they should be', () => {
    const dir = folder({ 'cursor-key': '\n' });
    expect(() => readCredential(dir, 'cache-password')).toThrow(`"cache-password" cannot be read: is the Secret`);
    expect(() => readCredential(dir, 'cursor-key')).toThrow('"cursor-key"');
  });

  it('of cursors must be 32 bytes', () => {
    expect(readCursorKey(folder({ 'cursor-key': Buffer.alloc(32, 7).toString('base64') }))).toHaveLength(32);
    expect(() => readCursorKey(folder({ 'cursor-key': 'c2hvcnQ=' }))).toThrow('32 bytes');
  });

  it('may be a key that has a file and a variable of its own', () => {
    const dir = folder({ 'guest-key': Buffer.alloc(32, 9).toString('base64') });
    expect(readKey(join(dir, 'guest-key'))).toEqual(Buffer.alloc(32, 9));
    expect(() => readKey(join(dir, 'other'))).toThrow(`"other" cannot be read`);
  });
});
