/** Accounts in Redis: one ACL user for each service, who sees its own keys and cannot harm or watch the server; or the one there is. */
import { createHash } from 'node:crypto';
import type { Log } from '@storefront/kit/log';
import { Redis } from 'ioredis';
import { type Login, readAccount, readCa, readLogin } from './files.ts';
import { Refusal } from './patience.ts';
import type { ProvisionPlan } from './plan.ts';

type Server = ProvisionPlan['redis'][number];

/**
 * Everything on its own keys, but: nothing of the admin, no scripts kept on the server but one's own, and no command that
 * names or counts keys of others. `reset` first: what an older release gave is gone.
 */
export function userRules({ password }: Login, keys: string): string[] {
  const digest = createHash('sha256').update(password).digest('hex');
  const commands = [
    '+@all',
    '-@admin',
    '-@dangerous',
    '-@scripting',
    '+eval',
    '+evalsha',
    '+script|load',
    '+script|exists',
  ];
  return ['reset', 'on', `#${digest}`, `~${keys}`, `&${keys}`, ...commands, '-scan', '-randomkey', '-dbsize'];
}

/** A server with one account has nothing to be made: that its login works is all there is to know. */
export async function provisionRedis(server: Server, log: Log): Promise<void> {
  const login = readLogin(server.adminDir);
  await withConnection(server, login, async (admin) => {
    if (!server.sharedBy) return makeAccounts(admin, server, log);
    await admin.ping().catch(refuse(server, `the account ${login.username}`));
    const services = server.sharedBy.map(({ service }) => service);
    log.info({ store: server.store, account: login.username, services }, 'the only account works, services share it');
  });
}

async function makeAccounts(admin: Redis, server: Server, log: Log): Promise<void> {
  for (const account of server.accounts) {
    const login = readAccount(account);
    const set = admin.call('ACL', 'SETUSER', login.username, ...userRules(login, account.keys));
    await set.catch(refuse(server, `to make the user ${login.username}`));
    await withConnection(server, login, (service) => service.ping());
    log.info({ store: server.store, account: login.username, keys: account.keys }, 'account is there');
  }
  await saveUsers(admin, server, log);
}

/** The users, where there are any, and all keys of the services. */
export async function removeRedis(server: Server, log: Log): Promise<void> {
  await withConnection(server, readLogin(server.adminDir), async (admin) => {
    if (!server.sharedBy) await removeAccounts(admin, server, log);
    for (const { service, keys: match } of server.sharedBy ?? server.accounts) {
      for await (const keys of admin.scanStream({ match, count: 1_000 }) as AsyncIterable<string[]>)
        if (keys.length > 0) await admin.unlink(...keys);
      log.info({ store: server.store, service, keys: match }, 'keys are gone');
    }
  });
}

async function removeAccounts(admin: Redis, server: Server, log: Log): Promise<void> {
  for (const account of server.accounts) {
    const { username } = readAccount(account);
    await admin.call('ACL', 'DELUSER', username).catch(refuse(server, `to remove the user ${username}`));
    log.info({ store: server.store, account: username }, 'account is gone');
  }
  await saveUsers(admin, server, log);
}

/** Without a file for its users the server forgets them when it restarts; the accounts are good until then. */
async function saveUsers(admin: Redis, { store }: Server, log: Log): Promise<void> {
  await admin.call('ACL', 'SAVE').catch((error: unknown) => {
    if (!isReply(error)) throw error;
    log.warn({ store, error }, 'this server keeps no accounts over a restart: give it an aclfile');
  });
}

async function withConnection(server: Server, login: Login, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const { hostname, port, protocol } = new URL(server.url);
  const redis = new Redis({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ...login,
    ...(protocol === 'rediss:' ? { tls: readCa(server.caFile) ?? {} } : {}),
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    retryStrategy: null,
  });
  // `connect` says no more than "Connection is closed"; why comes as an event.
  let reason: unknown;
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect().catch((error: unknown) => refuse(server, `the account ${login.username}`)(reason ?? error));
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** An error that Redis answered, and not one of the way to it. */
const isReply = (error: unknown): error is Error => error instanceof Error && error.name === 'ReplyError';

/** The command does not exist there, or not for this account. */
const isWithoutAcl = ({ message }: Error): boolean => /unknown (sub)?command.*\bacl\b|NOPERM.*\bacl\b/i.test(message);

const refuse =
  ({ store, url }: Server, what: string) =>
  (error: unknown): never => {
    if (!isReply(error) || /^(LOADING|BUSY|MASTERDOWN|READONLY)/.test(error.message)) throw error;
    const remedy = isWithoutAcl(error) ? `; if it lets nobody make accounts, set stores.${store}.accounts: Shared` : '';
    const message = `stores.${store} (${new URL(url).host}) refused ${what}: ${error.message}${remedy}`;
    throw new Refusal(message, { cause: error });
  };
