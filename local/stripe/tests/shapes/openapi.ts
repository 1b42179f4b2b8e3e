import { execFileSync } from 'node:child_process';
import { Ajv, type ValidateFunction } from 'ajv';
import { locate, which } from '../../../tools/programs.ts';

type Schema = { [keyword: string]: unknown };
type Operation = { responses: { 200?: { content: { 'application/json': { schema: Schema } } } } };
export type OpenApi = {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** A program of local/tools, from PATH or the cache; undefined where it is in neither. */
export const findProgram = (name: string): string | undefined => which(name) ?? locate('stripe-mock')?.file(name);

export function readOpenApi(program: string): OpenApi {
  return JSON.parse(execFileSync(program, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as OpenApi;
}

/** Says what of a value is not as Stripe's document has it: missing, of another type, not one of the words, or not there at all. */
export type Shapes = {
  ofAnswer: (method: string, path: string, value: unknown) => string[];
  ofObject: (name: string, value: unknown) => string[];
  hasRoute: (method: string, path: string) => boolean;
};

/** Fields that the version of the `stripe` package has and the older one of the document has not. */
const newer: Record<string, readonly string[]> = {
  charge: ['source'],
  dispute: ['intended_submission_method'],
  dispute_evidence_details: ['submission_method'],
  payment_intent: ['payment_record', 'source'],
  payment_method_details_card: ['electronic_commerce_indicator'],
};

export function createShapes(document: OpenApi): Shapes {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, inlineRefs: false });
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => [name, named(name, schema)]);
  ajv.addSchema({ $id: 'stripe', components: { schemas: Object.fromEntries(schemas) as Record<string, Schema> } });
  const compiled = new Map<string, ValidateFunction>();
  const check = (key: string, schema: Schema, value: unknown): string[] => {
    const validate = compiled.get(key) ?? ajv.compile(schema);
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${key}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
  const operation = (method: string, path: string) => document.paths[path]?.[method.toLowerCase()];
  return {
    hasRoute: (method, path) => operation(method, path) !== undefined,
    ofAnswer(method, path, value) {
      const schema = operation(method, path)?.responses[200]?.content['application/json'].schema;
      return schema ? check(`${method} ${path}`, strict(schema) as Schema, value) : [`no ${method} ${path}`];
    },
    ofObject: (name, value) => check(name, { $ref: `stripe#/components/schemas/${name}` }, value),
  };
}

function named(name: string, schema: Schema): Schema {
  const known = strict(schema) as Schema;
  const properties = known['properties'] as Record<string, Schema> | undefined;
  const more = (newer[name] ?? []).map((field) => [field, {}]);
  return properties ? { ...known, properties: { ...properties, ...Object.fromEntries(more) } } : known;
}

/** OpenAPI 3.0 as JSON Schema: `nullable`, no unknown fields, and of what may be expanded the id or any object. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, 'x-expansionResources': expansion, ...schema } = value as Schema;
  const inner = expansion === undefined ? closed(schema) : { type: ['string', 'object'] };
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner;
}

function closed(schema: Schema): Schema {
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'properties'
        ? mapValues(value as Schema)
        : keyword === '$ref'
          ? `stripe${value as string}`
          : strict(value),
    ]),
  );
  const isOpen = schema['properties'] === undefined || schema['additionalProperties'] !== undefined;
  return isOpen ? mapped : { ...mapped, additionalProperties: false };
}

/** Names of properties are no keywords. */
const mapValues = (properties: Schema): Schema =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, strict(value)]));
