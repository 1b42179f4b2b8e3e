import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { readAccount, readCredential } from '../../config.ts';

export const help = `Dead letters: messages that their consumer gave up on.

  storefront-dlq list   [queue…] [filter…] [--limit 100]
  storefront-dlq show   <message id> [queue…]
  storefront-dlq replay [queue…] (filter… | --all) [--rate 50] [--limit 10000] [--dry-run]

A queue is named as its consumer's: order, payment.webhooks. Without a name, those of all consumers, which
the management API knows (--management or BROKER_MANAGEMENT_URL), else that of SERVICE.

Filters, all of which must fit:
  --id <id>            its message id, or the beginning of it
  --type <type>        payment.changed
  --reason <reason>    delivery_limit (failed too often), rejected (could not be read)
  --after, --before    when it died: 2026-11-28 or 2026-11-28T16:00:00Z

  --rate <n>           at most so many a second
  --dry-run            only say what would be replayed
  --by <name>          who replays; the user of this machine unless given
  --json               one JSON object a line

Login: --url or BROKER_URL (amqp://host:port/vhost), --username or BROKER_USERNAME, --password-file or BROKER_PASSWORD,
else the files broker-username and broker-password in CREDENTIALS_DIR; BROKER_CA_FILE. It needs the right to read the
dead letters and to write to the queues, which no service has: take the administrator's.

A replayed message goes to the queue that it came from, with its id and its bytes: a consumer that had it before
does nothing. It says who replayed it and when (x-replayed-by, x-replayed-at, x-replays). What cannot be put into
its queue stays a dead letter. Ends with 1 if anything was not replayed or not found, with 2 for a wrong command.
`;

export type Filter = { id?: string; type?: string; reason?: string; after?: Date; before?: Date };
export type Login = { url: string; username: string; password: string; caFile?: string; management?: string };
export type Command = {
  name: 'list' | 'show' | 'replay';
  /** As their consumers are named. */
  queues: readonly string[];
  filter: Filter;
  limit: number;
  perSecond: number;
  isDryRun: boolean;
  isJson: boolean;
  by: string;
};

/** A command that cannot be understood; its message says why. */
export class WrongUse extends Error {}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  help: { type: 'boolean', short: 'h' } as const,
  json: flag,
  all: flag,
  'dry-run': flag,
  id: text,
  type: text,
  reason: text,
  after: text,
  before: text,
  limit: text,
  rate: text,
  by: text,
  url: text,
  username: text,
  'password-file': text,
  management: text,
};
type Values = ReturnType<typeof parse>['values'];

/** Undefined when help was asked for. */
export function readCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { command: Command; login: Login } | undefined {
  const { values, positionals } = parse(args);
  const [name, ...rest] = positionals;
  if (values.help || name === undefined) return undefined;
  if (!isName(name)) throw new WrongUse(`There is no command "${name}".`);
  const [id, ...named] = name === 'show' ? rest : [values.id, ...rest];
  const filter = filterOf({ ...values, ...(id === undefined ? {} : { id }) });
  refuseTooWide(name, filter, values);
  const queues = queuesOf(named as string[], values, env);
  return { command: { name, filter, queues, ...mannerOf(name, values) }, login: loginOf(values, env) };
}

const isName = (name: string): name is Command['name'] => ['list', 'show', 'replay'].includes(name);

function refuseTooWide(name: Command['name'], filter: Filter, { all }: Values): void {
  if (name === 'show' && filter.id === undefined)
    throw new WrongUse('show needs the id of a message, or its beginning.');
  if (name === 'replay' && Object.keys(filter).length === 0 && !all)
    throw new WrongUse('replay needs a filter, or --all.');
}

const mannerOf = (name: Command['name'], values: Values) => ({
  limit: positive('limit', values.limit ?? (name === 'list' ? '100' : '10000')),
  perSecond: positive('rate', values.rate ?? '50'),
  isDryRun: values['dry-run'] ?? false,
  isJson: values.json ?? false,
  by: values.by ?? userInfo().username,
});

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new WrongUse((error as Error).message, { cause: error });
  }
}

function queuesOf(named: readonly string[], { management }: Values, env: NodeJS.ProcessEnv): string[] {
  if (named.length > 0) return named.map((queue) => queue.replace(/\.dead$/, ''));
  if (management ?? env['BROKER_MANAGEMENT_URL']) return [];
  if (env['SERVICE']) return [env['SERVICE']];
  throw new WrongUse('Name a queue, or the management API (--management), which knows them all.');
}

function filterOf({ id, type, reason, after, before }: Values): Filter {
  return {
    ...(id === undefined ? {} : { id }),
    ...(type === undefined ? {} : { type }),
    ...(reason === undefined ? {} : { reason }),
    ...(after === undefined ? {} : { after: time('after', after) }),
    ...(before === undefined ? {} : { before: time('before', before) }),
  };
}

function time(name: string, given: string): Date {
  const date = new Date(given);
  if (Number.isNaN(date.getTime())) throw new WrongUse(`--${name} is no time: ${given}`);
  return date;
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (!Number.isFinite(value) || value <= 0) throw new WrongUse(`--${name} must be a number above 0, not ${given}`);
  return value;
}

function loginOf(values: Values, env: NodeJS.ProcessEnv): Login {
  const url = values.url ?? env['BROKER_URL'];
  if (!url) throw new WrongUse('Where is the broker? Set --url or BROKER_URL: amqp://host:port/vhost');
  const management = values.management ?? env['BROKER_MANAGEMENT_URL'];
  const caFile = env['BROKER_CA_FILE'];
  return {
    url,
    ...accountOf(values, env),
    ...(management ? { management } : {}),
    ...(caFile ? { caFile } : {}),
  };
}

function accountOf(values: Values, env: NodeJS.ProcessEnv): { username: string; password: string } {
  const username = values.username ?? env['BROKER_USERNAME'];
  const file = values['password-file'];
  const password = file === undefined ? env['BROKER_PASSWORD'] : readFileSync(file, 'utf8').trim();
  const dir = env['CREDENTIALS_DIR'] ?? '/etc/storefront/credentials';
  if (username === undefined) return readAccount(dir, 'broker');
  return { username, password: password ?? readCredential(dir, 'broker-password') };
}
