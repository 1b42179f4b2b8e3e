/** The stack's configuration as one typed, frozen object. Whatever is wrong is said in one message, before any resource. */
import { getOrganization, getProject, getStack, runtime, RunError, StackReference } from '@pulumi/pulumi';
import { z } from 'zod';
import { problemsOf } from './config/rules.ts';
import { Schema, type Settings } from './config/schema.ts';

export type { Pool, Settings } from './config/schema.ts';

/** Reads the stack's configuration, and from its last outputs which shards exist. */
export async function readSettings(): Promise<Settings> {
  const prefix = `${getProject()}:`;
  const own = Object.entries(runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const values = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  return parseSettings(values, await deployedShards());
}

/** `values`: as Pulumi keeps them, structures as JSON text. */
export function parseSettings(values: Readonly<Record<string, string>>, deployed: readonly string[] = []): Settings {
  const given = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, unpack(value)]));
  const parsed = Schema.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const problems = [
    ...issues.flatMap((issue) => sentencesOf(issue, given)),
    ...problemsOf(soundPart(Schema, given), issues.flatMap(fieldsOf), deployed),
  ];
  if (!parsed.success || problems.length > 0)
    throw new RunError(`This stack cannot be made as configured:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  return frozen(parsed.data);
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** What is right by itself, with its defaults. */
function soundPart(schema: z.ZodObject, given: object): object {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const value = (given as Record<string, unknown>)[key];
    const { success, data } = field.safeParse(value);
    if (success) return [[key, data]];
    return field instanceof z.ZodObject && isRecord(value) ? [[key, soundPart(field, value)]] : [];
  });
  return Object.fromEntries(fields) as object;
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldsOf(issue: z.core.$ZodIssue): string[] {
  const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return names.map((name) => name.map(String).join('.'));
}

/** The stack's own outputs are those of the last `pulumi up` that came to its end; a new stack has none. */
async function deployedShards(): Promise<string[]> {
  const own = new StackReference('self', { name: `${getOrganization()}/${getProject()}/${getStack()}` });
  const { value } = await own.getOutputDetails('shards');
  return Array.isArray(value) ? value.map(String) : [];
}

function unpack(value: string): unknown {
  if (!/^(\{|\[|true$|false$|\d+$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function sentencesOf(issue: z.core.$ZodIssue, given: unknown): string[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return fieldsOf(issue).map((field) => `${field}: is no setting: remove it, or correct its name`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at}: ${message}`);
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  return [found === undefined ? `${at}: is missing: pulumi config set --path ${at} …` : `${at}: ${issue.message}`];
}
