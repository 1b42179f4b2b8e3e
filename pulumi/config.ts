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
  const wrong = new Set(issues.flatMap(settingsIn));
  const problems = [
    ...issues.flatMap((issue) => sentencesOf(issue, given)),
    ...problemsOf(parsed.data ?? soundPart(given, wrong), wrong, deployed),
  ];
  if (!parsed.success || problems.length > 0)
    throw new RunError(`This stack cannot be made as configured:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  return frozen(parsed.data);
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** Names of the settings that an issue is about. */
const settingsIn = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])];

/** What is right by itself, with its defaults. */
function soundPart(given: Record<string, unknown>, wrong: ReadonlySet<string>): Partial<Settings> {
  const without = <Value>(record: Record<string, Value>) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => !wrong.has(key)));
  return z.strictObject(without(Schema.shape)).parse(without(given));
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
    return issue.keys.map((key) => `${at ? `${at}.` : ''}${key}: is no setting: remove it, or correct its name`);
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${at}: ${message}`);
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  return [found === undefined ? `${at}: is missing: pulumi config set --path ${at} …` : `${at}: ${issue.message}`];
}
