import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusalsOf, within } from '../../tests/engine/refusals.ts';
import { type Config, settingsOf } from '../../tests/engine/stacks.ts';

const spec = (change: Config, stack: 'dev' | 'prod' = 'prod') =>
  within(stack, 'shop', { spec: { ...((settingsOf(stack)['shop'] as Config)['spec'] as Config), ...change } });

describe('shop.spec is held to the kind before anything is made', () => {
  const cases: [string, Config, string[]][] = [
    [
      'a field that is none',
      { colour: 'red' },
      ['shop.spec.colour: is no field of a Storefront: remove it, or correct its name'],
    ],
    ['a missing field', { locale: undefined }, ['shop.spec.locale: is missing']],
    ['a wrong type', { currencies: 'EUR' }, ['shop.spec.currencies: must be of type array']],
    ['a wrong form', { timeZone: 'Berlin time' }, ['shop.spec.timeZone: write a time zone such as Europe/Berlin']],
    [
      'fields that exclude each other',
      { services: { web: { replicas: 2, autoscaling: { min: 1, max: 2 } } } },
      ['shop.spec.services.web: set replicas or autoscaling, not both'],
    ],
    [
      'a service that is none',
      { services: { webb: { replicas: 2 } } },
      ['shop.spec.services.webb: is no field of a Storefront: remove it, or correct its name'],
    ],
    ['services that are a list', { services: ['web'] }, ['shop.spec.services: must be of type object']],
    ['what the platform makes', { stores: {} }, ['shop.spec.stores: is made by the platform: remove it']],
    [
      'a pool that is not there',
      { services: { web: { scheduling: { nodeSelector: { 'storefront.dev/pool': 'servces' } } } } },
      ['shop.spec.services.web.scheduling: there is no pool servces: take of system, services, training'],
    ],
  ];
  it.each(cases)('%s', (_title, change, sentences) => {
    expect(refusalsOf('prod', spec(change))).toEqual(sentences);
  });
});

describe('shop.spec is held to what the operator needs besides', () => {
  const shipping = (settingsOf('prod')['shop'] as { spec: { shipping: { carriers: Config[]; from: Config } } }).spec
    .shipping;
  const carrier = { name: 'parcels', kind: 'Shippo', secretRef: { name: 'acme-easypost' } };
  const lacks = (fields: string) => [
    `shop.spec: lacks ${fields}, without which the operator starts no shop: see pulumi/README.md, Payments, carriers, mail`,
  ];

  const cases: [string, Config, string[]][] = [
    [
      'nobody to work with',
      { mail: undefined, payments: undefined, shipping: undefined },
      lacks('mail, payments, shipping, shipping.from'),
    ],
    ['nowhere that parcels leave from', { shipping: { ...shipping, from: undefined } }, lacks('shipping.from')],
    [
      'a carrier to which no service speaks',
      { shipping: { ...shipping, carriers: [...shipping.carriers, carrier] } },
      ['shop.spec.shipping.carriers.1.kind: this release does not speak to Shippo: take EasyPost'],
    ],
  ];
  it.each(cases)('%s', (_title, change, sentences) => {
    for (const stack of ['dev', 'prod'] as const) expect(refusalsOf(stack, spec(change, stack))).toEqual(sentences);
  });

  it('by a section that there is', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).toContain('\n### Payments, carriers, mail\n');
  });
});

it('is held to it also while other settings are wrong, in the same message', () => {
  const change = { region: 'mars-north1', network: undefined, ...spec({ locale: 'english' }, 'dev') };
  expect(refusalsOf('dev', change).map((line) => line.split(':')[0])).toEqual([
    'region',
    'network',
    'shop.spec.locale',
  ]);
});
