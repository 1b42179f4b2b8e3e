/** Accounts in MongoDB: one user for each service, who may read and write the service's own database. */
import type { Log } from '@storefront/kit/log';
import { MongoClient, MongoServerError } from 'mongodb';
import { type Login, readAccount, readLogin } from './files.ts';
import { Refusal } from './patience.ts';
import type { ProvisionPlan } from './plan.ts';

type Server = ProvisionPlan['mongo'][number];
type Role = { role: string; db: string };

const authenticationFailed = 18;
const unauthorized = 13;

export async function provisionMongo(server: Server, log: Log): Promise<void> {
  await asAdmin(server, async (client) => {
    for (const account of server.accounts) {
      const login = readAccount(account);
      await ensureUser(client, account.database, login).catch(refuse(server, `to make the user ${login.username}`));
      await proveLogin(server, account.database, login);
      log.info({ store: server.store, account: login.username, database: account.database }, 'account is there');
      await tellWiderRights(client, { database: account.database, login, store: server.store, log });
    }
  });
}

/** The users, and their databases with all that is in them. */
export async function removeMongo(server: Server, log: Log): Promise<void> {
  await asAdmin(server, async (client) => {
    for (const account of server.accounts) {
      const { username } = readAccount(account);
      const db = client.db(account.database);
      await db.dropDatabase().catch(refuse(server, `to drop the database ${account.database}`));
      const isThere = (await findUsers(client, account.database, username)).length > 0;
      if (isThere) await db.command({ dropUser: username }).catch(refuse(server, `to drop the user ${username}`));
      log.info({ store: server.store, account: username, database: account.database }, 'account and database are gone');
    }
  });
}

async function asAdmin(server: Server, work: (client: MongoClient) => Promise<void>): Promise<void> {
  const client = connect(server, readLogin(server.adminDir), 'admin');
  try {
    await client.db('admin').command({ ping: 1 }).catch(refuse(server, 'the account of the admin Secret'));
    await work(client);
  } finally {
    await client.close();
  }
}

/** A user lives in the service's database, where a client that names this database logs in. */
async function ensureUser(client: MongoClient, database: string, { username, password }: Login): Promise<void> {
  const db = client.db(database);
  const isThere = (await findUsers(client, database, username)).length > 0;
  if (isThere) await db.command({ updateUser: username, pwd: password });
  else await db.command({ createUser: username, pwd: password, roles: rolesIn(database) });
}

/** FerretDB leaves the list out when it is empty. */
async function findUsers(client: MongoClient, database: string, username: string): Promise<{ roles?: Role[] }[]> {
  const { users = [] } = await client.db(database).command({ usersInfo: username });
  return users as { roles?: Role[] }[];
}

const rolesIn = (database: string): Role[] => [{ role: 'readWrite', db: database }];

/** FerretDB takes a role in one database and gives it in all of them. Nobody should believe otherwise, so the log says it. */
async function tellWiderRights(
  client: MongoClient,
  { database, login, store, log }: { database: string; login: Login; store: string; log: Log },
): Promise<void> {
  const users = await findUsers(client, database, login.username);
  const roles = users.flatMap((user) => user.roles ?? []);
  const wider = roles.filter(({ role, db }) => !rolesIn(database).some((one) => one.role === role && one.db === db));
  if (wider.length === 0) return;
  log.warn(
    { store, account: login.username, wanted: rolesIn(database), given: wider },
    'this server gives the account more than was asked for: it has no rights per database',
  );
}

/** The account works, with the password that the service will use. */
async function proveLogin(server: Server, database: string, login: Login): Promise<void> {
  const client = connect(server, login, database);
  try {
    await client
      .db(database)
      .command({ ping: 1 })
      .catch(refuse(server, `the new account ${login.username}`));
  } finally {
    await client.close();
  }
}

function connect({ url, caFile }: Server, auth: Login, authSource: string): MongoClient {
  return new MongoClient(url, {
    auth,
    authSource,
    ...(caFile ? { tls: true, tlsCAFile: caFile } : {}),
    appName: 'provision',
    maxPoolSize: 1,
    connectTimeoutMS: 3_000,
    serverSelectionTimeoutMS: 3_000,
    retryWrites: false,
  });
}

const refuse =
  ({ store, url }: Server, what: string) =>
  (error: unknown): never => {
    const isRefusal =
      error instanceof MongoServerError && (error.code === authenticationFailed || error.code === unauthorized);
    if (!isRefusal) throw error;
    throw new Refusal(`stores.${store} (${new URL(url).host}) refused ${what}: ${error.message}`, { cause: error });
  };
