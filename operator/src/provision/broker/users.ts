/** One user for each service, who may write what it publishes, read its own queues, and nothing else. */
import type { Permissions } from '@storefront/kit/topology';
import { connect } from 'amqplib';
import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Login, readCa } from '../files.ts';
import { Refusal } from '../patience.ts';
import type { Api, Broker } from './api.ts';

type User = { password_hash: string; hashing_algorithm: string; tags: string[] };

const algorithm = 'rabbit_password_hashing_sha256';

export async function ensureUser(api: Api, { username, password }: Login): Promise<void> {
  const found = await api.find<User>('users', username);
  const isAsWanted = found?.hashing_algorithm === algorithm && isHashOf(password, found.password_hash);
  if (isAsWanted && found.tags.length === 0) return;
  await api.put(['users', username], { password_hash: hashOf(password), hashing_algorithm: algorithm, tags: '' });
}

/** https://www.rabbitmq.com/docs/passwords: the password itself is sent nowhere. */
export function hashOf(password: string, salt = randomBytes(4)): string {
  const hash = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

const isHashOf = (password: string, hash: string): boolean =>
  hashOf(password, Buffer.from(hash, 'base64').subarray(0, 4)) === hash;

type Rights = { configure: string; write: string; read: string };
type TopicRights = { exchange: string; write: string; read: string };

export async function ensurePermissions(
  api: Api,
  vhost: string,
  { username }: Login,
  wanted: Permissions,
): Promise<void> {
  const { topics, ...rights } = wanted;
  const found = await api.find<Rights>('permissions', vhost, username);
  const now = found && { configure: found.configure, write: found.write, read: found.read };
  // The narrower right first: what a user may write to is open to every routing key until the next line is there.
  await ensureTopics(api, { vhost, username }, topics);
  if (!isDeepStrictEqual(now, rights)) await api.put(['permissions', vhost, username], rights);
}

async function ensureTopics(
  api: Api,
  { vhost, username }: { vhost: string; username: string },
  wanted: readonly TopicRights[],
): Promise<void> {
  const path = ['topic-permissions', vhost, username];
  const found = (await api.find<TopicRights[]>(...path)) ?? [];
  const now = found.map(({ exchange, write, read }) => ({ exchange, write, read }));
  if (now.some(({ exchange }) => !wanted.some((one) => one.exchange === exchange))) await api.remove(...path);
  for (const topic of wanted) if (!now.some((one) => isDeepStrictEqual(one, topic))) await api.put(path, topic);
}

/** The account works, with the password that the service will use. */
export async function proveLogin(broker: Broker, { username, password }: Login): Promise<void> {
  const url = new URL(broker.url);
  const isChecked = url.searchParams.get('verify') !== 'verify_none';
  url.search = '';
  url.username = username;
  url.password = password;
  const options = { timeout: 5_000, rejectUnauthorized: isChecked, ...readCa(broker.caFile) };
  const connection = await connect(url.href, options).catch((error: unknown) => {
    if (!(error instanceof Error) || !/ACCESS.REFUSED|NOT.ALLOWED/.test(error.message)) throw error;
    throw new Refusal(`spec.stores.broker (${url.host}) refused the new account ${username}: ${error.message}`, {
      cause: error,
    });
  });
  await connection.close();
}
