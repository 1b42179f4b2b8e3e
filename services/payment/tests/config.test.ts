import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../src/config.ts';
import { readStripeSecrets, scriptUrlOf } from '../src/stripe/settings.ts';
import { testModeKey } from './fixtures/real-key.ts';

const env = {
  SERVICE: 'payment',
  SCOPE: 'acme-1a2b3c',
  PORT: '7006',
  LOCALE: 'de-DE',
  TIME_ZONE: 'Europe/Berlin',
  CURRENCIES: 'EUR',
  COUNTRIES: 'DE',
  PUBLIC_URL: 'https://shop.example',
  ORDERS_SHARDS: JSON.stringify([{ name: 'orders-1', url: 'postgres://10.0.0.1:5432/orders', replicas: [], pool: 4 }]),
  BROKER_URL: 'amqp://10.0.0.2:5672/acme',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
};

describe('the configuration', () => {
  it('is what the fleet table grants', () => {
    expect(readConfig(env)).toMatchObject({ stripePublishableKey: 'pk_test_1', stripeDir: '/etc/storefront/stripe' });
  });

  it('refuses another key where the publishable one belongs', () => {
    expect(() => readConfig({ ...env, STRIPE_PUBLISHABLE_KEY: 'sk_test_secret' })).toThrow(/STRIPE_PUBLISHABLE_KEY/);
  });

  it.each([
    [{}, 'https://js.stripe.com/endive/stripe.js'],
    [{ stripeUrl: 'http://127.0.0.1:9001' }, 'http://127.0.0.1:9001/v3/'],
    [{ stripeUrl: 'http://10.0.0.3:9001', stripeScriptUrl: 'http://127.0.0.1:8081/v3/' }, 'http://127.0.0.1:8081/v3/'],
  ])('with %j names the script %s', (config, url) => expect(scriptUrlOf(config)).toBe(url));

  it('reads the secrets from files', () => {
    const stripeDir = mkdtempSync(join(tmpdir(), 'stripe-'));
    onTestFinished(() => rmSync(stripeDir, { recursive: true }));
    writeFileSync(join(stripeDir, 'secret-key'), 'sk_test_1\n');
    expect(() => readStripeSecrets({ stripeDir })).toThrow(/"webhook-secret" cannot be read/);
    writeFileSync(join(stripeDir, 'webhook-secret'), 'whsec_1\n');
    expect(readStripeSecrets({ stripeDir })).toEqual({ secretKey: 'sk_test_1', webhookSecret: 'whsec_1' });
  });
});

describe('the key with which tests go to Stripe itself', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['sk_test_51Acme', 'sk_test_51Acme'],
    ['rk_test_51Acme', 'rk_test_51Acme'],
  ])('%s is taken as %s', (key, taken) => expect(testModeKey({ STRIPE_SECRET_KEY: key })).toBe(taken));

  it.each([
    ['sk_live_51Acme', 'is a live key'],
    ['rk_live_51Acme', 'is a live key'],
    ['pk_test_51Acme', 'is no key of test mode'],
  ])('%s is refused and not shown', (key, message) => {
    expect(() => testModeKey({ STRIPE_SECRET_KEY: key })).toThrow(message);
    expect(() => testModeKey({ STRIPE_SECRET_KEY: key })).not.toThrow(key);
  });
});
