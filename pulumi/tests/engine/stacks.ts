/** The stacks as they are committed, with what a person sets before the first `pulumi up`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type Stack = 'dev' | 'prod';
export type Config = Record<string, unknown>;

const root = join(import.meta.dirname, '../../..');

const own: Record<Stack, Config> = {
  dev: { project: 'acme-shop-dev' },
  prod: {
    project: 'acme-shop',
    budget: { billingAccount: '012345-6789AB-CDEF01', currency: 'EUR', monthly: 6000 },
  },
};

/** Companies that the shop works with, and what it says to them. */
const companies = {
  payments: { stripe: { secretRef: { name: 'acme-stripe' }, publishableKey: 'pk_live_51Acme' } },
  shipping: {
    carriers: [{ name: 'easypost', kind: 'EasyPost', secretRef: { name: 'acme-easypost' } }],
    from: { name: 'Acme', line1: 'Torstrasse 1', postcode: '10119', city: 'Berlin', country: 'DE' },
  },
  mail: {
    smtp: {
      host: 'smtp.acme.example',
      port: 587,
      tls: 'StartTls',
      from: 'shop@acme.example',
      secretRef: { name: 'acme-smtp' },
    },
  },
};
const integrations = {
  stripe: { 'secret-key': 'sk_test_1', 'webhook-secret': 'whsec_1' },
  easypost: { 'api-key': 'EZAK_1', 'webhook-secret': 'easypost-secret-1' },
  smtp: { username: 'smtp-user-1', password: 'smtp-password-1' },
};

/** Settings of a stack as they are committed, by name, structures as structures. */
export function committed(stack: Stack): Config {
  const file = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), 'utf8')) as { config: Config };
  return Object.fromEntries(
    Object.entries(file.config)
      .filter(([key]) => key.startsWith('storefront:'))
      .map(([key, value]) => [key.slice('storefront:'.length), value]),
  );
}

/** Those, and what a person sets. */
export function settingsOf(stack: Stack): Config {
  const settings = committed(stack);
  const shop = settings['shop'] as { spec: Config };
  return {
    ...settings,
    ...own[stack],
    integrations,
    shop: { ...shop, spec: { ...shop.spec, ...companies } },
    alerts: { email: 'platform@acme.example' },
    cluster: { ...(settings['cluster'] as Config), securityGroup: 'gke-security-groups@acme.example' },
    edge: { ...(settings['edge'] as Config), host: 'shop.acme.example', dnsZone: 'acme-example' },
    release: {
      ...(settings['release'] as Config),
      registry: 'https://ghcr.io',
      image: 'acme/storefront',
      digest: `sha256:${'3f8b1e0c'.repeat(8)}`,
    },
  };
}

/** As Pulumi hands it to a program: text, and JSON for whatever is not text. */
export const packed = (settings: Config): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

export const configOf = (settings: Config): Record<string, string> =>
  Object.fromEntries(Object.entries(packed(settings)).map(([key, value]) => [`storefront:${key}`, value]));
