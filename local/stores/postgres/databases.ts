import { ports } from '../../paths.ts';
import { adminUser, type Instance } from '../instance.ts';
import { startReplica, type Pair } from './replica.ts';
import { hasData, initialise, makeFolder, type PostgresServer, postgresServer, psql, startPostgres } from './server.ts';
import { fromAnywhere, fromNode, primarySettings, renderAccess } from './settings.ts';

/** The database of customers, and the shards of orders, each with its replica. */
export const customersServer = (instance: Instance): PostgresServer =>
  postgresServer(instance, 'customers', ports.customers);

export const orderShards = (instance: Instance): Pair[] =>
  ports.orders.map(({ primary, replica }, index) => {
    const name = `orders-${index + 1}`;
    return {
      primary: postgresServer(instance, name, primary),
      replica: { ...postgresServer(instance, `${name}-replica`, replica), needs: name },
    };
  });

export const adminPassword = (instance: Instance, { name }: PostgresServer): string =>
  instance.secret(`${name}-password`);

export const startCustomers = (instance: Instance): Promise<'started' | 'running'> =>
  startPrimary(customersServer(instance), accountsSql('customers', adminPassword(instance, customersServer(instance))));

export async function startShard(instance: Instance, pair: Pair): Promise<'started' | 'running'> {
  const password = instance.secret(`${pair.replica.name}-password`);
  const sql = accountsSql('orders', adminPassword(instance, pair.primary)) + replicationSql(password);
  const primary = await startPrimary(pair.primary, sql);
  const replica = await startReplica(pair, password);
  return primary === 'running' && replica === 'running' ? 'running' : 'started';
}

async function startPrimary(server: PostgresServer, sql: string): Promise<'started' | 'running'> {
  makeFolder(server);
  if (!hasData(server)) await initialise(server);
  const outcome = await startPostgres(server, { settings: primarySettings, access: databaseAccess });
  await psql(server, sql);
  return outcome;
}

export const databaseAccess = renderAccess([
  { databases: 'all', user: 'all', networks: fromAnywhere },
  { databases: 'replication', user: 'replica', networks: fromNode },
]);

/** Like the administrator of a hosted PostgreSQL: no superuser, and owner of the database. Passwords are letters and digits. */
const accountsSql = (database: string, password: string): string => `
  ${makeRole(adminUser, `LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`)}
  SELECT 'CREATE DATABASE ${database} OWNER ${adminUser}'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${database}') \\gexec
`;

const replicationSql = (password: string): string => makeRole('replica', `LOGIN REPLICATION PASSWORD '${password}'`);

const makeRole = (name: string, options: string): string => `
  SET log_min_error_statement = panic;
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name} ${options}; END IF;
  END $$;
`;
