import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from '../../network.ts';
import { execute } from '../../process.ts';
import { inRoot, makeFolderFor } from '../../tools/inroot.ts';
import { storeServer, type Instance, type StoreServer } from '../instance.ts';
import { writeOwned } from '../secrets.ts';
import { ensureServer } from '../server.ts';
import { guestFolder, renderPostgresConfig, type Settings } from './settings.ts';

/** A PostgreSQL server. Its folder holds the configuration and the socket, by which its superuser `postgres` comes in; `dataDir` is in it. */
export type PostgresServer = StoreServer & { folder: string; address: string; port: number };

export function postgresServer(instance: Instance, name: string, port: number): PostgresServer {
  const folder = instance.folder(name);
  return {
    ...storeServer(instance, name, 'postgres'),
    folder,
    dataDir: join(folder, 'data'),
    address: instance.address,
    port,
    stopSignal: 'SIGINT', // at SIGTERM it would wait for its clients to go
  };
}

const programs = '/usr/lib/postgresql/18/bin';

export type PostgresLaunch = { settings: Settings; access: string };

/** Starts a server whose data is there. */
export async function startPostgres(server: PostgresServer, { settings, access }: PostgresLaunch) {
  const { folder, address, port } = server;
  const config = renderPostgresConfig({ address, port, settings });
  writeOwned(join(folder, 'postgresql.conf'), config);
  writeOwned(join(folder, 'access.conf'), access);
  const options = ['-D', `${guestFolder}/data`, '-c', `config_file=${guestFolder}/postgresql.conf`];
  return ensureServer(server, {
    command: inside(guest(server, [`${programs}/postgres`, ...options])),
    config: config + access,
    // They name a pid that another program may have by now; the server's own processes are gone when these are removed.
    stale: [join(server.dataDir, 'postmaster.pid'), join(folder, `.s.PGSQL.${port}.lock`)],
    answers: () => answers(server),
    withinMs: 60_000,
  });
}

export const hasData = ({ dataDir }: PostgresServer): boolean => existsSync(join(dataDir, 'PG_VERSION'));

export function makeFolder({ folder }: PostgresServer): void {
  makeFolderFor('servers', 'postgres', folder);
}

/** Makes the data of a new server. */
export function initialise(server: PostgresServer): Promise<void> {
  const options = ['--auth=scram-sha-256', '--auth-local=trust', '--encoding=UTF8', '--locale=C.UTF-8'];
  return makeData(server, [`${programs}/initdb`, '-D', 'data.new', '-U', 'postgres', ...options]);
}

export type Source = { host: string; port: number; user: string; password: string; slot: string };

/** Copies the data of a primary, which keeps in a new slot what is written from now on. */
export function copyData(server: PostgresServer, { host, port, user, password, slot }: Source): Promise<void> {
  const options = ['--checkpoint=fast', '--wal-method=stream', '--create-slot', `--slot=${slot}`];
  const login = ['-h', host, '-p', String(port), '-U', user, '--no-password'];
  const copy = [`${programs}/pg_basebackup`, '-D', 'data.new', ...login, ...options];
  return makeData(server, copy, { last: 'touch data.new/standby.signal', env: { PGPASSWORD: password } });
}

type Making = { last?: string; env?: Record<string, string> };

/** Made aside and renamed: what was cut short is thrown away, and so is what was there before. */
async function makeData(
  server: PostgresServer,
  command: string[],
  { last = ':', env = {} }: Making = {},
): Promise<void> {
  for (const name of ['data', 'data.new']) rmSync(join(server.folder, name), { recursive: true, force: true });
  const script = `cd ${guestFolder} && "$@" >/dev/null && ${last} && mv data.new data`;
  await execute(inside(guest(server, ['sh', '-c', script, 'postgres', ...command])), { env });
}

/** Runs SQL as the superuser, over the socket; gives rows as lines. */
export function psql(server: PostgresServer, sql: string, database = 'postgres', timeoutMs = 60_000): Promise<string> {
  const options = ['-h', guestFolder, '-p', String(server.port), '-U', 'postgres'];
  const command = [`${programs}/psql`, ...options, '-XqAt', '-v', 'ON_ERROR_STOP=1', database];
  return execute(guest(server, command), { input: sql, timeoutMs });
}

/** The last line of this file is what `pg_ctl` waits for; only then is a question worth a process. */
async function answers(server: PostgresServer): Promise<boolean> {
  const file = join(server.dataDir, 'postmaster.pid');
  const isReady = existsSync(file) && /^ready\s*$/m.test(readFileSync(file, 'utf8'));
  if (!isReady) return false;
  return psql(server, 'SELECT 1;', 'postgres', 5000).then(
    () => true,
    () => false,
  );
}

function guest({ folder }: PostgresServer, command: readonly string[]): string[] {
  return inRoot('servers', { user: 'postgres', folders: { [guestFolder]: folder } }, command);
}
