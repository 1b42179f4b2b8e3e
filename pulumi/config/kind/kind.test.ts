import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { problemsIn, serviceNames } from './kind.ts';

const samples = join(import.meta.dirname, '../../../crds/samples');
const read = (name: string) => readFileSync(join(samples, name), 'utf8');

/** A merge patch (RFC 7386) of a valid sample, whose first lines say what the API server tells. */
function invalid(name: string) {
  const text = read(`invalid/${name}`);
  const [, expected, on, base = ''] = /^# expect: (.+)\n# on (create|change) of (.+)\n/.exec(text) ?? [];
  return { name, expected, on, storefront: merged(parse(read(base)), parse(text)) };
}

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

const created = readdirSync(join(samples, 'invalid'))
  .map(invalid)
  .filter(({ on }) => on === 'create');

it.each(['local.yaml', 'production.yaml'])('the sample %s is a Storefront', (name) => {
  expect(problemsIn(parse(read(name)))).toEqual([]);
});

it.each(created)('the sample $name is refused as the API server refuses it', ({ storefront, expected }) => {
  expect(problemsIn(storefront).map(({ message }) => message)).toEqual([expected]);
});

it('tells what is misshapen and what breaks a rule, each with its place', () => {
  const wrong = {
    spec: {
      colour: 'red',
      locale: 3,
      timeZone: null,
      currencies: ['EUR', 'euro'],
      services: { web: { replica: 3, balancing: 'Fair' } },
    },
  };
  const problems = problemsIn(merged(parse(read('production.yaml')), wrong));
  expect(problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    'spec.locale: must be of type string',
    'spec.timeZone: is missing',
    'spec.currencies.1: Too big: expected string to have <=3 characters',
    'spec.services.web.balancing: write one of RoundRobin, LeastConnections, RandomTwo',
    'spec.services.web.replica: is no field of a Storefront: remove it, or correct its name',
    'spec.colour: is no field of a Storefront: remove it, or correct its name',
    'spec.currencies.1: write the ISO 4217 code, such as EUR',
  ]);
});

it('knows the services', () => {
  expect(serviceNames).toEqual(expect.arrayContaining(['gateway', 'product', 'order', 'recommendation', 'web']));
});
