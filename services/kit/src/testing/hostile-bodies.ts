import { resolved, sampleOf, type JsonSchema, type Samples } from './schema-sample.ts';

type Operation = { 'x-allow'?: string[]; requestBody?: { content: Record<string, { schema: JsonSchema }> } };
/** An OpenAPI document, as `openapi.json` of a service has it. */
export type ApiDocument = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
};

/** `field` is the one that the problem must name. */
export type HostileBody = { name: string; contentType: string; body: string; field?: string };

type Path = readonly (string | number)[];
type Place = { path: Path; schema: JsonSchema };

/** What has hurt others in the place of a value: operators, wrong types, what no store can keep, too much of everything. */
export const strangers: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e15,
  '',
  'a\u0000b',
  '\ud800',
  '../../etc/passwd',
  "' or 1=1 --",
  'x'.repeat(20_000),
  [],
  ['x'],
  [{ $ne: null }],
  {},
  { $gt: '' },
];

/** The same in the place of a name in a path or a query, encoded; a lone surrogate as the bytes that a careless client would send. */
export const strangeSegments: readonly string[] = [
  encodeURIComponent('{"$gt":""}'),
  encodeURIComponent('[object Object]'),
  encodeURIComponent('../../etc/passwd'),
  encodeURIComponent("' or 1=1 --"),
  '%00',
  '%ED%A0%BD',
  'NaN',
  '-1',
  '1e309',
  'x'.repeat(3_000),
];

/** The routes that take JSON, each with the schema of its body. */
export function routesWithBodies(document: ApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody, 'x-allow': allow = [] }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return schema ? [{ method: method.toUpperCase(), path, schema, isInternal: allow.includes('service') }] : [];
    }),
  );
}

/**
 * Bodies that a route must take or refuse without failing: every stranger at every place of the schema, however deep, each object with a
 * field that nobody knows and without one that is needed, lists that are too long, and what is no JSON. With `samples` all around the
 * stranger is good, so that it comes as far as it can; without, there is nothing around it, so that nothing can come of it.
 */
export function hostileBodies(
  schema: JsonSchema,
  document: ApiDocument,
  { samples, values = strangers }: { samples?: Samples; values?: readonly unknown[] } = {},
): HostileBody[] {
  const whole = samples && sampleOf(schema, document, samples);
  const json = (what: string, path: Path, value: unknown): HostileBody => {
    const body = JSON.stringify(whole === undefined ? bare(path, value) : replaced(whole, path, value));
    return { name: `${what} at ${['body', ...path].join('.')}`, contentType: 'application/json', body };
  };
  const places = [...placesIn({ path: [], schema }, document)];
  return [
    ...texts,
    ...places.flatMap(({ path }) => values.map((value) => json(nameOf(value), path, value))),
    ...places.flatMap((place) => misshapen(place, document, json)),
  ];
}

/** What is answered; `fields` are those that a problem names. */
export type HostileAnswer = { status: number; fields: string[] };
type Sending = { method: string; caller: Record<string, string>; body?: string; contentType?: string };

/** Sends it as it is. */
export async function answerOf(
  url: string,
  { method, caller, body, contentType = 'application/json' }: Sending,
): Promise<HostileAnswer> {
  const headers = { ...caller, ...(body === undefined ? {} : { 'content-type': contentType }) };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const { status } = response;
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const { errors = [] } = (isProblem ? JSON.parse(text) : {}) as { errors?: { field: string }[] };
  return { status, fields: errors.map(({ field }) => field) };
}

/** Sends it as it is; answers the status. */
export const statusOf = async (url: string, sending: Sending): Promise<number> => (await answerOf(url, sending)).status;

/**
 * Sends them one after the other; what is wrong with their answers, as `null at body.amount: 500`: 5xx, and 400 that names no field, or
 * another one than the body has wrong. Of a `send` that answers the status alone only 5xx is known.
 */
export async function failuresOf(
  bodies: readonly HostileBody[],
  send: (hostile: HostileBody) => Promise<number | HostileAnswer>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const hostile of bodies) {
    const answer = await send(hostile);
    const status = typeof answer === 'number' ? answer : answer.status;
    if (status >= 500) failures.push(`${hostile.name}: ${status}`);
    else if (typeof answer !== 'number' && status === 400 && !namesField(answer, hostile))
      failures.push(`${hostile.name}: 400 names ${answer.fields.join() || 'no field'}`);
  }
  return failures;
}

const namesField = ({ fields }: HostileAnswer, { field: wrong }: HostileBody): boolean =>
  fields.length > 0 &&
  fields.every((field) => field !== '') &&
  (wrong === undefined || fields.some((field) => field.includes(wrong)));

const texts: readonly HostileBody[] = [
  ...Object.entries({
    'half of it': '{"name":',
    nothing: '',
    'a list': '[]',
    'a text': '"x"',
    'a deep list': '['.repeat(5_000),
    'a large body': `{"name":"${'x'.repeat(600_000)}"}`,
  }).map(([name, body]) => ({ name, contentType: 'application/json', body })),
  { name: 'another content type', contentType: 'text/plain', body: '{}' },
];

function misshapen(
  { path, schema }: Place,
  document: ApiDocument,
  json: (what: string, path: Path, value: unknown) => HostileBody,
): HostileBody[] {
  if (schema.type === 'array') {
    const item = sampleOf(schema.items ?? {}, document);
    return [
      json(
        'far too many',
        path,
        Array.from({ length: 1_000 }, () => item),
      ),
    ];
  }
  if (schema.type !== 'object' || !schema.properties) return [];
  const unknown = json('an unknown field', [...path, 'nonsense'], 1);
  const polluted = unknown.body.replace('"nonsense":1', '"__proto__":{"isAdmin":true}');
  const lacking = (schema.required ?? []).map((name) => json(`no ${name}`, [...path, name], undefined));
  return [{ ...unknown, field: 'nonsense' }, { ...unknown, name: 'a polluted prototype', body: polluted }, ...lacking];
}

const deepest = 8;

/** The whole, and all that is in it: fields of objects, the first of a list, each shape of a union, a value of a record. */
function* placesIn({ path, schema }: Place, document: ApiDocument): Generator<Place> {
  const one = resolved(schema, document);
  if (path.length > deepest) return;
  if (one.anyOf) {
    for (const shape of one.anyOf) yield* placesIn({ path, schema: shape }, document);
    return;
  }
  yield { path, schema: one };
  for (const [name, field] of Object.entries(one.properties ?? {}))
    yield* placesIn({ path: [...path, name], schema: field }, document);
  if (one.items) yield* placesIn({ path: [...path, 0], schema: one.items }, document);
  const { additionalProperties: values } = one;
  if (typeof values === 'object') yield* placesIn({ path: [...path, 'a'], schema: values }, document);
}

/** The value in as many objects and lists as lead to it. */
function bare(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value) ?? null;
}

/** The whole, but for this value; where the way to it leads through something else, that becomes an object. */
function replaced(whole: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (typeof key === 'number') return Object.assign(Array.isArray(whole) ? [...whole] : [], { [key]: inside() });
  return { ...(isRecord(whole) ? whole : {}), [key]: inside() };

  function inside(): unknown {
    const before = isRecord(whole) || Array.isArray(whole) ? (whole as Record<string | number, unknown>)[key!] : null;
    return rest.length === 0 ? value : replaced(before, rest, value);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (value: unknown): string => JSON.stringify(value).slice(0, 20);
