/** As much of JSON Schema as the services' documents use. */
export type JsonSchema = {
  $ref?: string;
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  format?: string;
  pattern?: string;
};

type Components = { components: { schemas: Record<string, JsonSchema> } };

/** Values by the name of their field, where the schema alone does not tell a good one. */
export type Samples = Readonly<Record<string, unknown>>;

/** One of these fits most patterns and formats of strings. */
const texts = [
  'a',
  'a1',
  'DE',
  'EUR',
  '10115',
  'name@example.com',
  'https://example.com/a',
  '+49 30 1234567',
  '6f1c9a50-2f5e-4f0e-9c55-3b1d2a7e8f90',
  '2026-11-28T12:00:00.000Z',
  'a'.repeat(64),
];

/** The schema itself, wherever it stands. */
export function resolved(schema: JsonSchema, document: Components): JsonSchema {
  if (schema.$ref === undefined) return schema;
  return document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
}

/** A value that the schema takes, with all that is optional. */
export function sampleOf(schema: JsonSchema, document: Components, samples: Samples = {}): unknown {
  const one = resolved(schema, document);
  const stated = [one.const, one.enum?.[0], one.example].find((value) => value !== undefined);
  if (stated !== undefined) return stated;
  if (one.anyOf?.[0]) return sampleOf(one.anyOf[0], document, samples);
  if (one.type === 'object') return objectOf(one, document, samples);
  if (one.type === 'array')
    return Array.from({ length: one.minItems ?? 1 }, () => sampleOf(one.items ?? {}, document, samples));
  return scalarOf(one);
}

function objectOf({ properties = {} }: JsonSchema, document: Components, samples: Samples): unknown {
  const fields = Object.entries(properties).map(([name, schema]) => [
    name,
    samples[name] ?? sampleOf(schema, document, samples),
  ]);
  return Object.fromEntries(fields) as unknown;
}

function scalarOf(schema: JsonSchema): unknown {
  const { type, minimum = 1, maximum = Infinity } = schema;
  if (type === 'integer' || type === 'number') return Math.min(Math.max(1, minimum), maximum);
  if (type === 'string') return texts.find((text) => fits(text, schema)) ?? 'x';
  return type === 'boolean' ? true : null;
}

function fits(text: string, { pattern, format, minLength = 0, maxLength = Infinity }: JsonSchema): boolean {
  if (text.length < minLength || text.length > maxLength) return false;
  if (format === 'uri' && !URL.canParse(text)) return false;
  return pattern === undefined || regExpOf(pattern).test(text);
}

function regExpOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}
