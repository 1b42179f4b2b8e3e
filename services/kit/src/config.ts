import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isDuration, type Duration } from './time.ts';

const DurationText = z.custom<Duration>((value) => typeof value === 'string' && isDuration(value), {
  error: 'must be a duration such as 20s',
});
const List = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
const Url = z.url();

/** The variables that every service gets. Each key is read from its SCREAMING_SNAKE name: `publicUrl` from PUBLIC_URL. */
export const commonConfig = {
  service: z.string().min(1),
  scope: z.string().min(1),
  release: z.string().min(1).default('dev'),
  host: z.string().min(1).default('0.0.0.0'),
  port: z.coerce.number().int().min(0).max(65_535),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  shutdownGrace: DurationText.default('20s'),
  locale: z.string().refine(isLocale, 'must be a BCP 47 tag such as de-DE'),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin'),
  currencies: List.pipe(z.array(z.string().regex(/^[A-Z]{3}$/, 'must be ISO 4217 codes such as EUR,USD'))),
  countries: List.pipe(z.array(z.string().regex(/^[A-Z]{2}$/, 'must be ISO 3166 codes such as DE,FR'))),
  publicUrl: Url,
  credentialsDir: z.string().min(1).default('/etc/storefront/credentials'),
  callerDir: z.string().min(1).default('/etc/storefront/caller'),
  tracesEndpoint: Url.exactOptional(),
  tracesSample: z.coerce.number().min(0).max(1).default(0.01),
};

const Common = z.object(commonConfig);
export type CommonConfig = Readonly<z.infer<typeof Common>>;

/** The variables of one store: `storeConfig('products')` reads PRODUCTS_URL and, if set, PRODUCTS_CA_FILE. */
export function storeConfig<const Store extends string>(store: Store) {
  return { [`${store}Url`]: Url, [`${store}CaFile`]: z.string().min(1).exactOptional() } as {
    [Key in `${Store}Url`]: z.ZodURL;
  } & { [Key in `${Store}CaFile`]: z.ZodExactOptional<z.ZodString> };
}

const Shards = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(
        z.strictObject({
          name: z.string().min(1),
          url: Url,
          replicas: z.array(Url),
          caFile: z.string().min(1).exactOptional(),
          pool: z.int().min(1),
        }),
      )
      .min(1)
      .refine((shards) => new Set(shards.map(({ name }) => name)).size === shards.length, 'names must differ'),
  );

/** The variable of a sharded PostgreSQL: `shardsConfig('orders')` reads ORDERS_SHARDS, a JSON array of `ShardSettings` (`/postgres`). */
export function shardsConfig<const Store extends string>(store: Store) {
  return { [`${store}Shards`]: Shards } as { [Key in `${Store}Shards`]: typeof Shards };
}

/** The variable of a service that is called: `callConfig('product')` reads PRODUCT_URL. */
export function callConfig<const Service extends string>(service: Service) {
  return { [`${service}Url`]: Url } as { [Key in `${Service}Url`]: z.ZodURL };
}

/** The variable of a service that is believed: `beliefConfig('shipping')` reads SHIPPING_KEY_FILE, where its public half is. */
export function beliefConfig<const Service extends string>(service: Service) {
  return { [`${service}KeyFile`]: z.string().min(1) } as { [Key in `${Service}KeyFile`]: z.ZodString };
}

/**
 * The environment as one typed, frozen object. `schema` has camelCase keys; each is read from its SCREAMING_SNAKE
 * variable, and an empty one counts as unset. All bad variables are named in one message.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv = process.env,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, env[variableOf(key)]])
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return freeze(result.data);
  const lines = result.error.issues.map((issue) => `  ${describe(issue, given)}`);
  throw new Error(`The environment is not complete:\n${[...new Set(lines)].join('\n')}`);
}

/** A mounted secret: `readCredential(config.credentialsDir, 'cursor-key')`. The message names the file, never its content. */
export function readCredential(dir: string, name: string): string {
  const path = join(dir, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Error(`The credential "${name}" cannot be read: is the Secret with this key mounted at ${dir}?`, {
      cause,
    });
  }
  if (text === '') throw new Error(`The credential "${name}" in ${dir} is empty.`);
  return text;
}

/** A key that several services share, by the path of its file: base64 of at least 32 bytes. */
export function readKey(path: string): Buffer {
  const [dir, name] = [dirname(path), basename(path)];
  const key = Buffer.from(readCredential(dir, name), 'base64');
  if (key.length < 32) throw new Error(`The credential "${name}" in ${dir} must be base64 of 32 bytes or more.`);
  return key;
}

/** Login of a store: the credentials `<store>-username` and `<store>-password`. */
export function readAccount(dir: string, store: string): { username: string; password: string } {
  return { username: readCredential(dir, `${store}-username`), password: readCredential(dir, `${store}-password`) };
}

/** Key of the signed cursors: the credential `cursor-key`, base64 of at least 32 bytes. */
export const readCursorKey = (dir: string): Buffer => readKey(join(dir, 'cursor-key'));

function variableOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const key = String(issue.path[0] ?? '');
  const name = variableOf(key);
  return key in given ? `${name}: ${issue.message} (is ${JSON.stringify(given[key])})` : `${name} is not set`;
}

function freeze<Value extends object>(value: Value): Readonly<Value> {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) Object.freeze(part);
  return Object.freeze(value);
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
