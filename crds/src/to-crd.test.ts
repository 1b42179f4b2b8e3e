import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generated } from './generate.ts';
import { generateCrd, type StructuralSchema } from './to-crd.ts';

const root = new URL('../../', import.meta.url);
const crd = parse(generateCrd());
const schema: StructuralSchema = crd.spec.versions[0].schema.openAPIV3Schema;

type Field = { path: string; schema: StructuralSchema; isNamed: boolean };

/** Every place of the schema: properties by name, list items as `[]`, map values as `{}`. */
function fieldsOf(at: StructuralSchema, path = '', isNamed = true): Field[] {
  const properties = Object.entries((at.properties ?? {}) as Record<string, StructuralSchema>);
  const items = at.items as StructuralSchema | undefined;
  const values = at.additionalProperties as StructuralSchema | undefined;
  return [
    { path, schema: at, isNamed },
    ...properties.flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`)),
    ...(items ? fieldsOf(items, `${path}[]`, false) : []),
    ...(values ? fieldsOf(values, `${path}{}`, false) : []),
  ];
}

const fields = fieldsOf(schema).filter(({ path }) => path.startsWith('.spec') || path.startsWith('.status'));
const pathsOf = (test: (field: Field) => boolean) => fields.filter(test).map(({ path }) => path);

describe('the CRD', () => {
  it('is committed as it is generated', async () => {
    for (const { path, content } of await generated()) expect(readFileSync(new URL(path, root), 'utf8')).toBe(content);
  });

  it('explains every field', () => {
    expect(pathsOf(({ schema: { description }, isNamed }) => isNamed && !description)).toEqual([]);
  });

  it('bounds every text, list and map, so that the API server can tell what a rule costs', () => {
    const isBounded = ({
      schema: { type, enum: values, maxLength, maxItems, additionalProperties, maxProperties },
    }: Field) => {
      if (type === 'string') return values !== undefined || maxLength !== undefined;
      if (type === 'array') return maxItems !== undefined;
      return additionalProperties === undefined || maxProperties !== undefined;
    };

    expect(pathsOf((field) => !isBounded(field))).toEqual([]);
  });

  it('says how each list is merged', () => {
    expect(pathsOf(({ schema: { type, ...rest } }) => type === 'array' && !rest['x-kubernetes-list-type'])).toEqual([]);
  });

  it('has defaults only where no pod template depends on them', () => {
    expect(pathsOf(({ schema: field }) => field.default !== undefined)).toEqual([
      '.spec.stores.orders.rebalance',
      '.spec.rollout',
      '.spec.rollout.mode',
      '.spec.rollout.autoRollback',
      '.spec.rollout.brakePercent',
      '.spec.deletionPolicy',
      '.spec.networkPolicy',
      '.spec.networkPolicy.mode',
    ]);
  });

  it('fits into the annotation of a client-side apply', () => {
    expect(JSON.stringify(crd).length).toBeLessThan(200_000);
  });
});
