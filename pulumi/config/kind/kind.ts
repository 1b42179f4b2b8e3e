/**
 * The Storefront kind, read from the file that is installed with the operator: what the API server would refuse after forty minutes of
 * `pulumi up` is refused before it. Structure by zod, rules in CEL as the API server does it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { holds } from './expressions.ts';

type Node = {
  properties?: Record<string, Node>;
  additionalProperties?: Node;
  items?: Node;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
};
type Path = readonly PropertyKey[];
export type Problem = { path: Path; message: string };

const file = join(import.meta.dirname, '../../../crds/generated/storefronts.storefront.dev.yaml');

const kind = (() => {
  const crd = parse(readFileSync(file, 'utf8')) as { spec: { versions: [{ schema: { openAPIV3Schema: Node } }] } };
  const root = crd.spec.versions[0].schema.openAPIV3Schema;
  return { root, schema: z.fromJSONSchema(closed(root) as never, { defaultTarget: 'openapi-3.0' }) };
})();

/** Names of the services that the kind knows. */
export const serviceNames = Object.keys(kind.root.properties?.['spec']?.properties?.['services']?.properties ?? {});

/** All that is wrong with a Storefront, with where it is. */
export function problemsIn(storefront: unknown): Problem[] {
  const { success, data, error } = kind.schema.safeParse(storefront);
  const misshapen = (error?.issues ?? []).flatMap(sentencesOf);
  return [...misshapen, ...brokenRules(kind.root, success ? data : storefront, [], success)];
}

/** Structural schemas are open: the API server refuses unknown fields by itself. */
function closed(node: Node): object {
  if (node['x-kubernetes-int-or-string']) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
  const { properties, additionalProperties, items, 'x-kubernetes-validations': _, ...rest } = node;
  const inner = Object.entries(properties ?? {}).map(([name, property]) => [name, closed(property)]);
  return {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(inner), additionalProperties: false } : {}),
    ...(additionalProperties ? { additionalProperties: closed(additionalProperties) } : {}),
    ...(items ? { items: closed(items) } : {}),
  };
}

/** What is misshapen is told already: a rule that cannot be asked of it says nothing. */
function brokenRules(node: Node, value: unknown, path: Path, isShaped: boolean): Problem[] {
  if (value === undefined || value === null) return [];
  const rules = (node['x-kubernetes-validations'] ?? []).filter(({ rule }) => !rule.includes('oldSelf'));
  const broken = rules.filter(({ rule }) => !isKept(rule, value, isShaped)).map(({ message }) => ({ path, message }));
  return [
    ...broken,
    ...innerOf(node, value).flatMap(([key, inner, within]) => brokenRules(inner, within, [...path, key], isShaped)),
  ];
}

function isKept(rule: string, value: unknown, isShaped: boolean): boolean {
  try {
    return holds(rule, value);
  } catch (error) {
    if (isShaped) throw new Error(`The kind's rule ${rule} cannot be asked`, { cause: error });
    return true;
  }
}

function innerOf({ properties, additionalProperties, items }: Node, value: unknown): [PropertyKey, Node, unknown][] {
  if (Array.isArray(value)) return items ? value.map((item, index) => [index, items, item]) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, within]): [string, Node, unknown][] => {
    const inner = properties?.[key] ?? additionalProperties;
    return inner ? [[key, inner, within]] : [];
  });
}

function sentencesOf(issue: z.core.$ZodIssue): Problem[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is no field of a Storefront: remove it, or correct its name',
    }));
  if (issue.code === 'invalid_value') return [{ path, message: `write one of ${issue.values.join(', ')}` }];
  if (issue.code !== 'invalid_type') return [{ path, message }];
  return [{ path, message: message.endsWith('undefined') ? 'is missing' : `must be of type ${issue.expected}` }];
}
