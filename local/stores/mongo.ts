import { join } from 'node:path';
import { inside, requestInside } from '../network.ts';
import { ports } from '../paths.ts';
import { program } from '../tools/programs.ts';
import { adminUser, storeServer, type Instance, type StoreServer } from './instance.ts';
import {
  hasData,
  initialise,
  makeFolder,
  type PostgresServer,
  postgresServer,
  psql,
  startPostgres,
} from './postgres/server.ts';
import { fromNode, guestFolder, renderAccess, type Settings } from './postgres/settings.ts';
import { writePrivate } from './secrets.ts';
import { ensureServer } from './server.ts';

/** The document store: FerretDB speaks MongoDB's protocol, PostgreSQL with DocumentDB keeps the documents. */
export const documentServer = (instance: Instance): PostgresServer =>
  postgresServer(instance, 'postgres', ports.postgresBehindMongo);
export const ferretServer = (instance: Instance): StoreServer => ({
  ...storeServer(instance, 'ferretdb', 'ferretdb'),
  needs: 'postgres',
});

export async function startMongo(instance: Instance): Promise<'started' | 'running'> {
  const documents = await startDocuments(instance);
  const ferret = await startFerret(instance);
  return documents === 'running' && ferret === 'running' ? 'running' : 'started';
}

export function mongoPassword(instance: Instance): string {
  return instance.secret('mongo-password');
}

async function startDocuments(instance: Instance): Promise<'started' | 'running'> {
  const server = documentServer(instance);
  makeFolder(server);
  if (!hasData(server)) await initialise(server);
  const outcome = await startPostgres(server, { settings: documentSettings, access: documentAccess });
  await psql(server, [accountsSql(mongoPassword(instance), bridgePassword(instance)), wholeDocumentsSql].join('\n'));
  return outcome;
}

/** Only FerretDB connects over TCP, from the node: pods have other addresses and are refused. */
export const documentAccess = renderAccess([{ databases: 'all', user: 'all', networks: fromNode }]);

/**
 * DocumentDB opens connections to its own server: without the socket folder and trust there, making a collection
 * fails with "no password supplied". The folder belongs to the server's user alone.
 */
export const documentSettings: Settings = {
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

const bridgePassword = (instance: Instance): string => instance.secret('ferretdb-password');
