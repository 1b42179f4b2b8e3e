import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inside, requestInside } from '../network.ts';
import { addresses, ports } from '../paths.ts';
import { execute } from '../process.ts';
import { inRoot, makeFolderFor } from '../tools/inroot.ts';
import { program } from '../tools/programs.ts';
import { adminUser, storeServer, type Instance, type StoreServer } from './instance.ts';
import { ensureServer } from './server.ts';
import { writePrivate } from './secrets.ts';

/** The document store: FerretDB speaks MongoDB's protocol, PostgreSQL with DocumentDB keeps the documents. */
export const postgresServer = (instance: Instance): StoreServer => ({
  ...storeServer(instance, 'postgres', 'postgres'),
  dataDir: join(instance.folder('postgres'), 'data'),
  stopSignal: 'SIGINT', // at SIGTERM it would wait for its clients to go
});
export const ferretServer = (instance: Instance): StoreServer => storeServer(instance, 'ferretdb', 'ferretdb');

const guestFolder = '/srv/postgres';
const programs = '/usr/lib/postgresql/18/bin';

export async function startMongo(instance: Instance): Promise<'started' | 'running'> {
  const postgres = await startPostgres(instance);
  const ferret = await startFerret(instance);
  return postgres === 'running' && ferret === 'running' ? 'running' : 'started';
}

export function mongoPassword(instance: Instance): string {
  return instance.secret('mongo-password');
}

async function startPostgres(instance: Instance): Promise<'started' | 'running'> {
  const server = postgresServer(instance);
  const folder = instance.folder('postgres');
  makeFolderFor('servers', 'postgres', folder);
  if (!existsSync(join(server.dataDir, 'PG_VERSION'))) await initialise(instance);
  const config = renderPostgresConfig(instance.address);
  const access = renderAccess();
  writeFileSync(join(folder, 'postgresql.conf'), config);
  writeFileSync(join(folder, 'access.conf'), access);

  const options = ['-D', `${guestFolder}/data`, '-c', `config_file=${guestFolder}/postgresql.conf`];
  const outcome = await ensureServer(server, {
    command: inside(guest(instance, [`${programs}/postgres`, ...options])),
    config: config + access,
    // They name a pid that another program may have by now; the server's own processes are gone when these are removed.
    stale: [join(server.dataDir, 'postmaster.pid'), join(folder, `.s.PGSQL.${ports.postgresBehindMongo}.lock`)],
    answers: () => postgresAnswers(instance),
    withinMs: 60_000,
  });
  const sql = [accountsSql(mongoPassword(instance), bridgePassword(instance)), wholeDocumentsSql];
  await execute(psql(instance), { input: sql.join('\n') });
  return outcome;
}

/** Built aside and renamed: an `initdb` that was cut short is thrown away. */
async function initialise(instance: Instance): Promise<void> {
  rmSync(join(instance.folder('postgres'), 'data.new'), { recursive: true, force: true });
  const options = [
    '--auth=scram-sha-256',
    '--auth-local=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '-U',
    'postgres',
  ];
  const script = `${programs}/initdb -D data.new "$@" >/dev/null && mv data.new data`;
  await execute(guest(instance, ['sh', '-c', `cd ${guestFolder} && ${script}`, 'initdb', ...options]));
}

/**
 * DocumentDB opens connections to its own server: without the socket folder and trust there, making a collection
 * fails with "no password supplied". The folder belongs to the server's user alone.
 */
export function renderPostgresConfig(address: string): string {
  const settings = {
    hba_file: `${guestFolder}/access.conf`,
    listen_addresses: address,
    port: ports.postgresBehindMongo,
    unix_socket_directories: guestFolder,
    shared_preload_libraries: 'pg_cron, pg_documentdb_core, pg_documentdb, pg_documentdb_extended_rum',
    'cron.database_name': 'postgres',
    'cron.host': guestFolder,
    // DocumentDB asks for its next index every two seconds: without these, log and table grow for ever.
    'cron.log_statement': 'off',
    'cron.log_run': 'off',
    'documentdb.localhost_connection_string': `host=${guestFolder} port=${ports.postgresBehindMongo}`,
    // Indexes of this kind are read in order: without it every sorted list reads and sorts all that match.
    'documentdb.alternate_index_handler_name': 'extended_rum',
    'documentdb_core.enableCollation': 'on',
    // A document is unpacked for each condition and each field that is read of it: lz4 does so in a third of the time.
    default_toast_compression: 'lz4',
    // Of some words it guesses that so many products have them that it might as well read all. An index named in the query
    // would keep it from that, at twice the cost: it looks the name up by SQL.
    enable_seqscan: 'off',
    // The same for a list in the order of an index: of a table that was just filled it knows too little, and would read a whole shelf.
    enable_sort: 'off',
    shared_buffers: '128MB',
    max_connections: 200,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

/** Only FerretDB connects over TCP, from the node: pods have other addresses and are refused. */
export function renderAccess(): string {
  return `local all all trust\nhost all all ${addresses.node}/32 scram-sha-256\n`;
}

/** Passwords hold letters and digits only. `admin` logs in through FerretDB, which asks PostgreSQL. */
function accountsSql(adminPassword: string, ferretPassword: string): string {
  const account = (name: string, password: string) =>
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN
       CREATE ROLE ${name} LOGIN SUPERUSER PASSWORD '${password}'; END IF; END $$;`;
  const quiet = `SET client_min_messages = warning; SET log_min_error_statement = panic;`;
  const extension =
    'CREATE EXTENSION IF NOT EXISTS documentdb CASCADE; CREATE EXTENSION IF NOT EXISTS documentdb_extended_rum CASCADE;';
  return [quiet, extension, account(adminUser, adminPassword), account('ferretdb', ferretPassword)].join('\n');
}

/** MongoDB keeps a document in one piece. Here one of over 2 KB would lie in pieces elsewhere, and a list of them take a fifth longer. */
const wholeDocumentsSql = `
  CREATE OR REPLACE FUNCTION keep_documents_whole() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  DECLARE
    made text;
  BEGIN
    FOR made IN
      SELECT object_identity FROM pg_event_trigger_ddl_commands()
      WHERE schema_name = 'documentdb_data' AND object_type = 'table'
    LOOP
      EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = 8160)', made);
    END LOOP;
  END $$;
  DROP EVENT TRIGGER IF EXISTS keep_documents_whole;
  CREATE EVENT TRIGGER keep_documents_whole ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION keep_documents_whole();`;

async function startFerret(instance: Instance): Promise<'started' | 'running'> {
  const server = ferretServer(instance);
  const { address } = instance;
  const credentials = `ferretdb:${bridgePassword(instance)}`;
  const urlFile = join(server.dataDir, 'postgresql-url'); // not on the command line, which everybody may read
  writePrivate(urlFile, `postgres://${credentials}@${address}:${ports.postgresBehindMongo}/postgres?sslmode=disable`);
  const command = [
    program('ferretdb'),
    `--listen-addr=${address}:${ports.mongo}`,
    `--debug-addr=${address}:${ports.mongoHealth}`,
    `--postgresql-url-file=${urlFile}`,
    `--state-dir=${server.dataDir}`,
    '--telemetry=disable',
    '--log-level=WARN',
  ];
  const answers = () => ferretAnswers(address);
  return ensureServer(server, { command: inside(command), config: '', answers, withinMs: 30_000 });
}

async function ferretAnswers(address: string): Promise<boolean> {
  const { status } = await requestInside({ url: `http://${address}:${ports.mongoHealth}/debug/readyz` });
  return status === 200;
}

async function postgresAnswers(instance: Instance): Promise<boolean> {
  const ready = execute(psql(instance), { input: 'SELECT 1;', timeoutMs: 5000 });
  return ready.then(
    () => true,
    () => false,
  );
}

function psql(instance: Instance): string[] {
  const options = ['-h', guestFolder, '-p', String(ports.postgresBehindMongo), '-U', 'postgres'];
  return guest(instance, [`${programs}/psql`, ...options, '-Xq', '-v', 'ON_ERROR_STOP=1', 'postgres']);
}

function guest(instance: Instance, command: readonly string[]): string[] {
  const folders = { [guestFolder]: instance.folder('postgres') };
  return inRoot('servers', { user: 'postgres', folders }, command);
}

const bridgePassword = (instance: Instance): string => instance.secret('ferretdb-password');
