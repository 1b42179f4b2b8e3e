import { stringify } from 'yaml';
import { z } from 'zod';
import { group, kind, plural, Storefront, version } from './storefront.ts';

/** A schema as the API server takes it: OpenAPI 3.0, structural. */
export type StructuralSchema = { [keyword: string]: unknown };

const condition = (type: string) => `.status.conditions[?(@.type=="${type}")]`;

const printerColumns = [
  {
    name: 'Ready',
    type: 'string',
    jsonPath: `${condition('Ready')}.status`,
    description: 'Whether customers are served.',
  },
  { name: 'Status', type: 'string', jsonPath: `${condition('Ready')}.reason`, description: 'Why.' },
  { name: 'Release', type: 'string', jsonPath: '.status.release', description: 'Release that last became ready.' },
  { name: 'URL', type: 'string', jsonPath: '.status.url', description: 'Public address.' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Scope', type: 'string', jsonPath: '.status.scope', priority: 1 },
  { name: 'Message', type: 'string', jsonPath: `${condition('Ready')}.message`, priority: 1 },
];

const described: Readonly<Record<string, StructuralSchema>> = {
  apiVersion: { type: 'string', description: `${group}/${version}` },
  kind: { type: 'string', description: kind },
  metadata: { type: 'object' },
};

/** The CustomResourceDefinition of the Storefront kind, as YAML. */
export function generateCrd(): string {
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        plural,
        singular: kind.toLowerCase(),
        listKind: `${kind}List`,
        shortNames: ['sf'],
        categories: [plural],
      },
      conversion: { strategy: 'None' },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: printerColumns,
          schema: { openAPIV3Schema: storefrontSchema() },
        },
      ],
    },
  };
  return `# Generated from crds/src by npm run generate.\n${stringify(crd, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function storefrontSchema(): StructuralSchema {
  const schema = structural(
    z.toJSONSchema(Storefront, { target: 'openapi-3.0', io: 'input', unrepresentable: 'throw' }),
  );
  return { ...schema, properties: { ...(schema.properties as object), ...described } };
}

/**
 * What zod writes, made structural: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * The API server forbids `additionalProperties: false` beside `properties` and refuses unknown fields by itself.
 */
function structural(value: unknown): StructuralSchema {
  const { additionalProperties, propertyNames: _, properties, items, anyOf, ...rest } = value as StructuralSchema;
  const schema: StructuralSchema = withoutSafeIntegerBounds(rest);
  if (schema['x-kubernetes-int-or-string']) return { ...schema, anyOf: [{ type: 'integer' }, { type: 'string' }] };
  if (anyOf) throw new Error('a union has no structural schema: use one type, or mark it x-kubernetes-int-or-string');
  if (properties) schema.properties = mapValues(properties, structural);
  else if (additionalProperties) schema.additionalProperties = structural(additionalProperties);
  if (items) schema.items = structural(items);
  if (schema.format === 'date-time') delete schema.pattern;
  return schema;
}

function withoutSafeIntegerBounds(schema: StructuralSchema): StructuralSchema {
  const isBound = (value: unknown) => typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => !isBound(value)));
}

function mapValues(record: unknown, change: (value: unknown) => StructuralSchema): StructuralSchema {
  return Object.fromEntries(Object.entries(record as object).map(([name, value]) => [name, change(value)]));
}
