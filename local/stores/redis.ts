import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { executeInside, inside } from '../network.ts';
import { ports } from '../paths.ts';
import { inRoot, makeFolderFor } from '../tools/inroot.ts';
import { adminUser, storeServer, type Instance, type StoreServer } from './instance.ts';
import { ensureServer } from './server.ts';
import { writeOwned } from './secrets.ts';

/** The two Redis: `cache` may lose everything and evicts; `state` may not, and refuses writes when it is full. */
export type RedisRole = 'cache' | 'state';

const guestFolder = '/srv/redis';

export const redisServer = (instance: Instance, role: RedisRole): StoreServer =>
  storeServer(instance, role, 'redis-server');

export async function startRedis(instance: Instance, role: RedisRole): Promise<'started' | 'running'> {
  const server = redisServer(instance, role);
  makeFolderFor('servers', 'redis', server.dataDir);
  const config = renderRedisConfig(role, instance.address);
  writeOwned(join(server.dataDir, 'redis.conf'), config);
  const users = join(server.dataDir, 'users.acl');
  const before = existsSync(users) ? readFileSync(users, 'utf8') : undefined;
  const wanted = before ? withNobody(before) : renderUsers(redisPassword(instance, role));
  if (wanted !== before) writeOwned(users, wanted);

  const command = ['redis-server', `${guestFolder}/redis.conf`];
  return ensureServer(server, {
    command: inside(guest(server, command)),
    config,
    answers: () => answers(instance, role),
    withinMs: 20_000,
  });
}

export function redisPassword(instance: Instance, role: RedisRole): string {
  return instance.secret(`${role}-password`);
}

/** Loopback of the namespace is left alone: every instance has the same ports at its own address. */
export function renderRedisConfig(role: RedisRole, address: string): string {
  const keeping = {
    cache: ['appendonly no', 'maxmemory 128mb', 'maxmemory-policy allkeys-lru'],
    state: ['appendonly yes', 'appendfsync everysec', 'maxmemory 256mb', 'maxmemory-policy noeviction'],
  }[role];
  return [
    `bind ${address}`,
    `port ${ports[role]}`,
    `dir ${guestFolder}`,
    `aclfile ${guestFolder}/users.acl`,
    'daemonize no',
    'save ""',
    'timeout 0',
    'tcp-keepalive 60',
    ...keeping,
    '',
  ].join('\n');
}

/**
 * Nobody comes in without a name. What it says of rights is for Redis itself: it reads its log at a start as this user, and leaves out each
 * transaction and script whose commands the user may not use.
 */
const nobody = 'user default off sanitize-payload ~* &* +@all';

/** `ACL SAVE` puts the services' accounts into the file: they are kept. */
export const withNobody = (users: string): string => users.replace(/^user default .*$/m, nobody);

/** The file holds the password's digest only. */
export function renderUsers(adminPassword: string): string {
  const digest = createHash('sha256').update(adminPassword).digest('hex');
  return [nobody, `user ${adminUser} on sanitize-payload #${digest} ~* &* +@all`, ''].join('\n');
}

async function answers(instance: Instance, role: RedisRole): Promise<boolean> {
  const target = ['-h', instance.address, '-p', String(ports[role]), '--user', adminUser, '--no-auth-warning'];
  const ping = guest(redisServer(instance, role), ['redis-cli', ...target, 'ping']);
  const env = { REDISCLI_AUTH: redisPassword(instance, role) };
  const answer = await executeInside(ping, { env, timeoutMs: 3000 }).catch(() => '');
  return answer.trim() === 'PONG';
}

function guest(server: StoreServer, command: readonly string[]): string[] {
  const script = ['sh', '-c', `cd ${guestFolder} && exec "$@"`, 'redis', ...command];
  return inRoot('servers', { user: 'redis', folders: { [guestFolder]: server.dataDir } }, script);
}
