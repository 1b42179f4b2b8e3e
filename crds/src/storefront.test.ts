import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatProblems } from './problems.ts';
import type { CelRule } from './rule.ts';
import { Storefront, StorefrontSpec } from './storefront.ts';
import { generateCrd } from './to-crd.ts';

const samples = new URL('../samples/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, samples), 'utf8');

/** An invalid sample is a JSON merge patch (RFC 7386) of a valid one; its first lines say what comes of it and upon which. */
function invalid(name: string) {
  const text = read(`invalid/${name}`);
  const [, expected, on, base] = /^# expect: (.+)\n# on (create|change) of (.+)\n/.exec(text)!;
  return { name, expected: expected!, on: on!, storefront: merge(parse(read(base!)), parse(text)) };
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as object) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

const invalids = readdirSync(new URL('invalid/', samples)).map(invalid);

function rulesIn(schema: unknown): CelRule[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'x-kubernetes-validations' ? (value as CelRule[]) : rulesIn(value),
  );
}

describe('the samples', () => {
  it.each(['local.yaml', 'production.yaml'])('%s is a valid Storefront', (name) => {
    const { error } = Storefront.safeParse(parse(read(name)));

    expect(error && formatProblems(error)).toBeUndefined();
  });

  it.each(invalids.filter(({ on }) => on === 'create'))('invalid/$name is refused: $expected', (sample) => {
    const { error } = Storefront.safeParse(sample.storefront);

    expect(error?.issues.map(({ message }) => message)).toEqual([sample.expected]);
  });

  it.each(invalids.filter(({ on }) => on === 'change'))(
    'invalid/$name is valid by itself, as it is a change',
    (sample) => {
      expect(Storefront.safeParse(sample.storefront).success).toBe(true);
    },
  );

  it('show every message a rule has', () => {
    const messages = rulesIn(parse(generateCrd())).map(({ message }) => message);

    expect(new Set(invalids.map(({ expected }) => expected))).toEqual(new Set(messages));
  });
});

describe('a parsed spec', () => {
  it('has its defaults', () => {
    const { rollout, networkPolicy, deletionPolicy, ...given } = parse(read('production.yaml')).spec;

    const spec = StorefrontSpec.parse(given);

    expect([rollout, networkPolicy, deletionPolicy]).not.toContain(undefined);
    expect(spec.rollout).toEqual({ mode: 'Apply', autoRollback: true, brakePercent: 50 });
    expect(spec.networkPolicy).toEqual({ mode: 'Enforced' });
    expect(spec.deletionPolicy).toBe('Retain');
  });

  it.each([
    ['500m', '0.5', true],
    ['1001m', '1', false],
    ['0.7', '700m', true],
    ['2', '1999m', false],
  ])('holds a CPU request of %s against a limit of %s', (request, limit, isValid) => {
    const spec = parse(read('local.yaml')).spec;
    spec.services.web.resources = { requests: { cpu: request }, limits: { cpu: limit } };

    expect(StorefrontSpec.safeParse(spec).success).toBe(isValid);
  });

  it.each([
    ['1Gi', '1024Mi', true],
    ['1G', '1Gi', true],
    ['1.5Gi', '1536Mi', true],
    ['1Gi', '1G', false],
  ])('holds a memory request of %s against a limit of %s', (request, limit, isValid) => {
    const spec = parse(read('local.yaml')).spec;
    spec.services.web.resources = { requests: { memory: request }, limits: { memory: limit } };

    expect(StorefrontSpec.safeParse(spec).success).toBe(isValid);
  });
});
