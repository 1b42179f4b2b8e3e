import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvisionPlan } from '../../src/provision/plan.ts';
import { provision, remove } from '../../src/provision/provision.ts';
import { type Account, idlePlan, jobFiles, memoryLog, newPassword, newScope, stores, whyNoStores } from './job.ts';

type Login = { username: string; password: string };
type Plan = ProvisionPlan['postgres'][number];

const services = ['order', 'payment'] as const;
const schemas = { order: 'orders', payment: 'payment' };

describe.skipIf(whyNoStores)(`provision of PostgreSQL${whyNoStores}`, () => {
  const scope = newScope();
  const database = `${scope}-orders`;
  const hostedOwner = `${scope}-hosted`;
  const files = jobFiles();
  const { log, lines } = memoryLog();
  const logins = Object.fromEntries(
    services.flatMap((service) => [
      [service, { username: `${scope}-${service}`, password: newPassword() }],
      [`${service}-owner`, { username: `${scope}-${service}-owner`, password: newPassword() }],
    ]),
  ) as Record<'order' | 'payment' | 'order-owner' | 'payment-owner', Login>;
  let store: Plan;

  const planFor = (postgres: Plan[]) => ({ ...idlePlan(files), postgres });
  const follow = (postgres: Plan[] = [store]) => provision(planFor(postgres), { log, within: '20s' });
  const as = <Result>(login: Login, work: (sql: pg.Client) => Promise<Result>, shard = 0, name = database) =>
    connected(stores.orders[shard]!, login, name, work);
  const asAdmin = <Result>(shard: number, work: (sql: pg.Client) => Promise<Result>, name = database) =>
    as(stores.orders[shard]!, work, shard, name);
  const refused = (login: Login, statement: string, shard = 0) =>
    expect(
      as(login, (sql) => sql.query(statement), shard),
      statement,
    ).rejects.toThrow(/permission denied/);

  beforeAll(async () => {
    store = planOf({ scope, database, files, logins });
    // The first shard has a database already, as a hosted server's administrator finds it: its own by membership only.
    await asAdmin(
      0,
      async (sql) => {
        await sql.query(`CREATE ROLE ${quoted(hostedOwner)}; GRANT ${quoted(hostedOwner)} TO CURRENT_USER`);
        await sql.query(`CREATE DATABASE ${quoted(database)} OWNER ${quoted(hostedOwner)}`);
      },
      'postgres',
    );
    await follow();
    for (const service of services)
      await as(logins[`${service}-owner`], (sql) =>
        sql.query('CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY, note serial, bucket smallint)'),
      );
  });

  afterAll(async () => {
    if (whyNoStores) return;
    await asAdmin(
      0,
      async (sql) => {
        await sql.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
        await sql.query(`DROP ROLE IF EXISTS ${quoted(hostedOwner)}`);
      },
      'postgres',
    );
    files.remove();
  });

  it('asks for no superuser', async () => {
    const found = await asAdmin(0, (sql) =>
      sql.query('SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user'),
    );
    expect(found.rows).toEqual([{ rolsuper: false, rolcreaterole: true, rolcreatedb: true }]);
  });

  it('lets a service work in its schema, in tables that its migrations make', async () => {
    const rows = await as(logins.order, async (sql) => {
      await sql.query('INSERT INTO things (bucket) VALUES (7)');
      await sql.query('UPDATE things SET bucket = 8');
      const found = await sql.query('SELECT bucket FROM orders.things');
      await sql.query('DELETE FROM things');
      return found.rows as unknown[];
    });
    expect(rows).toEqual([{ bucket: 8 }]);
  });

  it('keeps a service out of the schema of another, on every shard', async () => {
    await expect(as(logins.order, (sql) => sql.query('SELECT * FROM payment.things'))).rejects.toThrow(
      /permission denied/,
    );
    for (const shard of [0, 1, 2]) await refused(logins.payment, 'CREATE TABLE orders.mine (id int)', shard);
    await refused(logins['payment-owner'], 'SELECT * FROM orders.things');
  });

  it('lets only migrations change a schema', async () => {
    for (const statement of [
      'CREATE TABLE mine (id int)',
      'CREATE TABLE public.mine (id int)',
      'CREATE SCHEMA mine',
      'CREATE TEMPORARY TABLE mine (id int)',
      'CREATE EXTENSION pg_trgm',
    ])
      await refused(logins.order, statement);
    await expect(as(logins.order, (sql) => sql.query('ALTER TABLE things ADD COLUMN more int'))).rejects.toThrow(
      /must be owner/,
    );
    await as(logins['order-owner'], (sql) => sql.query('ALTER TABLE things ADD COLUMN more int'));
    await refused(logins['order-owner'], 'CREATE SCHEMA mine');
  });

  it('lets a service see who has a bucket and hold it fast, and nobody but the administrator give it away', async () => {
    await as(logins.order, async (sql) => {
      const held = await sql.query("SELECT epoch FROM routing.bucket_owner WHERE bucket = 7 AND mode = 'rw' FOR SHARE");
      expect(held.rows).toEqual([{ epoch: '1' }]);
      await sql.query('UPDATE routing.bucket_owner SET fence = fence WHERE bucket = 7');
    });
    for (const login of [logins.order, logins['order-owner']])
      for (const statement of [
        'UPDATE routing.bucket_owner SET epoch = 2 WHERE bucket = 7',
        "UPDATE routing.bucket_owner SET mode = 'ro' WHERE bucket = 7",
        'DELETE FROM routing.bucket_owner',
        "INSERT INTO routing.bucket_owner VALUES (9, 2, 'rw')",
        'SELECT * FROM routing.founding',
        'CREATE TABLE routing.mine (id int)',
      ])
        await refused(login, statement);
    await as(logins['order-owner'], (sql) => sql.query('SELECT FROM routing.bucket_owner'));
  });

  it('limits how long a service may wait and make others wait', async () => {
    const shown = await as(logins.order, async (sql) => {
      const settings = ['search_path', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
      const values = await sql.query(
        `SELECT ${settings.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
      );
      return values.rows[0] as object;
    });
    expect(shown).toEqual({
      search_path: 'orders',
      statement_timeout: '5s',
      lock_timeout: '2s',
      idle_in_transaction_session_timeout: '10s',
    });
  });

  it('lets nobody else in', async () => {
    const stranger = { username: `${scope}-stranger`, password: newPassword() };
    await asAdmin(0, (sql) =>
      sql.query(`CREATE ROLE ${quoted(stranger.username)} LOGIN PASSWORD '${stranger.password}'`),
    );
    await expect(as(stranger, (sql) => sql.query('SELECT 1'))).rejects.toThrow(/permission denied for database/);
    await asAdmin(0, (sql) => sql.query(`DROP ROLE ${quoted(stranger.username)}`));
  });

  it('deals the buckets out evenly, neighbours to each shard', async () => {
    const ranges = await Promise.all([0, 1, 2].map((shard) => asAdmin(shard, rangeOf)));
    expect(ranges).toEqual([
      { first: 0, last: 1365, count: 1366 },
      { first: 1366, last: 2730, count: 1365 },
      { first: 2731, last: 4095, count: 1365 },
    ]);
  });

  it('changes nothing the second time: no row of a catalogue is written', async () => {
    const before = await Promise.all([0, 1, 2].map((shard) => asAdmin(shard, snapshot)));
    await follow();
    const after = await Promise.all([0, 1, 2].map((shard) => asAdmin(shard, snapshot)));
    expect(JSON.stringify(before[0])).toContain(logins.order.username);
    expect(after).toEqual(before);
  });

  it('never deals buckets again: not to a shard that has given them all away, nor to one that joins', async () => {
    await asAdmin(0, (sql) => sql.query("UPDATE routing.bucket_owner SET mode = 'ro', epoch = 2 WHERE bucket < 10"));
    await asAdmin(2, (sql) => sql.query('DELETE FROM routing.bucket_owner'));
    const joined = `${database}-4`;
    const [first] = store.databases as [Plan['databases'][number]];
    const url = new URL(first.url);
    url.pathname = `/${joined}`;
    const wider = { ...store, databases: [...store.databases, { ...first, name: 'orders-4', url: url.href }] };
    await follow([wider]);

    expect(await asAdmin(2, rangeOf)).toMatchObject({ count: 0 });
    expect(await asAdmin(0, rangeOf, joined)).toMatchObject({ count: 0 });
    const moved = await asAdmin(0, (sql) =>
      sql.query("SELECT count(*)::int FROM routing.bucket_owner WHERE mode = 'ro'"),
    );
    expect(moved.rows).toEqual([{ count: 10 }]);
    await remove(planFor([{ ...store, accounts: [], databases: [wider.databases[3]!] }]), { log, within: '20s' });
  });

  it('takes a new password, and gives a service what tables lack that were made another way', async () => {
    logins.order.password = newPassword();
    files.put('order/orders-password', logins.order.password);
    await as(logins['order-owner'], (sql) =>
      sql.query(`CREATE TABLE restored (id int); REVOKE ALL ON restored FROM ${quoted(logins.order.username)}`),
    );
    await follow();
    for (const shard of [0, 1, 2]) await as(logins.order, (sql) => sql.query('SELECT 1'), shard);
    const written = await as(logins.order, (sql) => sql.query('INSERT INTO restored VALUES (1)'));
    expect(written.rowCount).toBe(1);
  });

  it('refuses the database of another shop, and says what to do', async () => {
    const other = newScope();
    const strangers = Object.fromEntries(
      Object.entries(logins).map(([key, login]) => [key, { ...login, username: login.username.replace(scope, other) }]),
    ) as typeof logins;
    const theirs = planOf({ scope: other, database, files: jobFiles(), logins: strangers });
    const failing = follow([{ ...theirs, databases: theirs.databases.slice(0, 1) }]);
    await expect(failing).rejects.toThrow(
      `spec.stores.orders.shards[orders-1]: schema "orders" belongs to "${scope}-order-owner" and not to "${other}-order-owner": give each`,
    );
    await asAdmin(0, async (sql) => {
      for (const { username } of [strangers.order, strangers['order-owner']])
        await sql.query(
          `GRANT ${quoted(username)} TO CURRENT_USER; DROP OWNED BY ${quoted(username)}; DROP ROLE ${quoted(username)}`,
        );
    });
  });

  it('names the shard whose administrator is refused, and never its password', async () => {
    const wrong = files.admin('wrong', { username: 'admin', password: 'mistaken' });
    const [first, ...others] = store.databases as [Plan['databases'][number]];
    const failing = follow([{ ...store, databases: [{ ...first, adminDir: wrong }, ...others] }]);
    await expect(failing).rejects.toThrow(/spec\.stores\.orders\.shards\[orders-1\] .*admin Secret/);
    await expect(failing).rejects.not.toThrow(/mistaken/);
  });

  it('takes everything away again, twice without complaint, and leaves the database that it did not make', async () => {
    const plan = planFor([store]);
    await remove(plan, { log, within: '20s' });
    await remove(plan, { log, within: '20s' });
    for (const shard of [0, 1, 2]) {
      const left = await asAdmin(
        shard,
        (sql) => sql.query('SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)', [scope]),
        'postgres',
      );
      expect(left.rows).toEqual(shard === 0 ? [{ rolname: hostedOwner }] : []);
      const databases = await asAdmin(
        shard,
        (sql) => sql.query('SELECT FROM pg_database WHERE datname = $1', [database]),
        'postgres',
      );
      expect(databases.rowCount).toBe(shard === 0 ? 1 : 0);
    }
    const schemasLeft = await asAdmin(0, (sql) =>
      sql.query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'"),
    );
    expect(schemasLeft.rows).toEqual([{ nspname: 'public' }]);
    expect(lines().map(({ msg }) => msg)).toContain('accounts and schemas are gone');
  });
});

const quoted = pg.escapeIdentifier;

async function connected<Result>(
  { url }: Account,
  login: Login,
  database: string,
  work: (sql: pg.Client) => Promise<Result>,
) {
  const { hostname, port } = new URL(url);
  const sql = new pg.Client({
    host: hostname,
    port: Number(port),
    database,
    user: login.username,
    password: login.password,
  });
  await sql.connect();
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function rangeOf(sql: pg.Client) {
  const found = await sql.query(
    'SELECT min(bucket) AS first, max(bucket) AS last, count(*)::int FROM routing.bucket_owner',
  );
  return found.rows[0] as { first: number; last: number; count: number };
}

/** Rows of the catalogues with the transactions that wrote them. */
async function snapshot(sql: pg.Client): Promise<unknown> {
  const own = `nspname !~ '^(pg_|information)'`;
  const parts = [
    `SELECT xmin, datacl FROM pg_database WHERE datname = current_database()`,
    `SELECT xmin, * FROM pg_namespace WHERE ${own}`,
    `SELECT c.xmin, relname, relacl, relowner FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE ${own}`,
    `SELECT a.xmin, attname, attacl FROM pg_attribute a WHERE attacl IS NOT NULL AND attrelid >= 16384`,
    `SELECT xmin, * FROM pg_default_acl`,
    `SELECT s.xmin, setconfig, rolname FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole WHERE starts_with(rolname, split_part(current_database(), '-orders', 1))`,
    `SELECT m.xmin, rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = roleid WHERE starts_with(rolname, split_part(current_database(), '-orders', 1))`,
    `SELECT xmin, * FROM routing.bucket_owner`,
    `SELECT xmin, * FROM routing.founding`,
  ];
  const rows: unknown[] = [];
  for (const part of parts) rows.push((await sql.query(part)).rows.map((row) => JSON.stringify(row)).toSorted());
  return rows;
}

type PlanFacts = { scope: string; database: string; files: ReturnType<typeof jobFiles>; logins: Record<string, Login> };

function planOf({ scope, database, files, logins }: PlanFacts): Plan {
  return {
    store: 'orders',
    scope,
    databases: stores.orders.map((server) => {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      const path = `spec.stores.orders.shards[${server.name}]`;
      return { name: server.name, path, url: url.href, adminDir: files.admin(`admin/${server.name}`, server) };
    }),
    accounts: services.map((service) => ({
      service,
      schema: schemas[service],
      ...files.login(`${service}/orders`, logins[service]!),
      owner: files.login(`${service}/orders-migrate`, logins[`${service}-owner`]!),
    })),
  };
}
