/** JSON schemas of Kubernetes' kinds, taken from an API server's own OpenAPI document. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Schema = { [keyword: string]: unknown };
type GroupVersionKind = { group: string; version: string; kind: string };

const kindsKey = 'x-kubernetes-group-version-kind';

/** One file for each kind, named as kubeconform looks for it: `deployment-apps-v1.json`. */
export function writeSchemas(openapi: string, folder: string): void {
  const { definitions } = JSON.parse(openapi) as { definitions: Record<string, Schema> };
  for (const schema of Object.values(definitions))
    for (const { group, version, kind } of (schema[kindsKey] ?? []) as GroupVersionKind[]) {
      const name = [kind.toLowerCase(), group.split('.')[0], version].filter(Boolean).join('-');
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(standalone(schema, definitions)));
    }
}

/** With all that it refers to; an unknown field is an error. */
function standalone(schema: Schema, all: Record<string, Schema>): Schema {
  const found: Record<string, Schema> = {};
  const visit = (one: Schema): Schema => {
    const copy = strict(one);
    for (const [, name] of JSON.stringify(copy).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (!name || found[name]) continue;
      found[name] = {};
      found[name] = visit(all[name] ?? {});
    }
    return copy;
  };
  return { ...visit(schema), definitions: found };
}

const closed = (schema: Schema): Schema =>
  schema['properties'] && !schema['additionalProperties'] ? { ...schema, additionalProperties: false } : schema;

/** A number may be given as text where Kubernetes takes both. */
const bothTypes = (schema: Schema): Schema =>
  schema['format'] === 'int-or-string' ? { oneOf: [{ type: 'string' }, { type: 'integer' }] } : schema;

function strict(schema: Schema): Schema {
  const entries = Object.entries(bothTypes(closed(schema))).map(([key, value]) => [key, deepen(value)]);
  return Object.fromEntries(entries) as Schema;
}

const deepen = (value: unknown): unknown =>
  Array.isArray(value)
    ? (value as unknown[]).map(deepen)
    : value !== null && typeof value === 'object'
      ? strict(value as Schema)
      : value;
