/** Roles: one for a service, who works in its schema, and one for its migrations, who owns it. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Login } from '../files.ts';
import { Refusal } from '../patience.ts';
import {
  ask,
  type Database,
  hasState,
  literal,
  identifier,
  refuse,
  type Sql,
  states,
  withConnection,
} from './connection.ts';

/** Settings with which a role's sessions begin. */
export type RoleSettings = Readonly<Record<string, string>>;

/** A pod that hangs must not hold locks, and connections, that all others wait for. */
export const serviceLimits: RoleSettings = {
  statement_timeout: '5s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
};

/** Makes a role that is not there, and sets what it lacks; one that is as it should be is left alone. */
export async function ensureRole(sql: Sql, login: Login, settings: RoleSettings): Promise<void> {
  const role = identifier(login.username);
  const isThere = await ask(sql, 'SELECT 1 FROM pg_roles WHERE rolname = $1', [login.username]);
  if (!isThere) await sql.query(`CREATE ROLE ${role} LOGIN PASSWORD ${literal(verifierOf(login.password))}`);
  const now = (await ask<string[]>(sql, 'SELECT rolconfig FROM pg_roles WHERE rolname = $1', [login.username])) ?? [];
  for (const [setting, value] of Object.entries(settings))
    if (!now.includes(`${setting}=${value}`)) await sql.query(`ALTER ROLE ${role} SET ${setting} = ${literal(value)}`);
}

/**
 * An administrator of PostgreSQL 16 or newer who is no superuser may give away the roles that it has made, but not act for them: it
 * becomes a member of the owners, whose schemas it makes and whose default rights it sets.
 */
export async function joinRole(sql: Sql, role: string): Promise<void> {
  const acts = await ask<boolean>(sql, "SELECT pg_has_role(current_user, $1, 'USAGE')", [role]);
  if (!acts) await sql.query(`GRANT ${identifier(role)} TO CURRENT_USER`);
}

/** The account works, with the password that the service will use; that of an older Secret is replaced. */
export async function proveLogin(sql: Sql, database: Database, login: Login): Promise<void> {
  const enter = () => withConnection(database, login, (own) => own.query('SELECT 1'));
  try {
    await enter();
  } catch (error) {
    if (!hasState(error, states.wrongPassword)) refuse(database, `the account ${login.username}`)(error);
    await sql.query(`ALTER ROLE ${identifier(login.username)} PASSWORD ${literal(verifierOf(login.password))}`);
    await enter().catch(refuse(database, `the account ${login.username}`));
  }
}

/** Takes away what the role may do in this database, and what it owns here. */
export async function dropOwned(sql: Sql, role: string): Promise<void> {
  const isThere = await ask(sql, 'SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (!isThere) return;
  await joinRole(sql, role);
  await sql.query(`DROP OWNED BY ${identifier(role)} CASCADE`);
}

/** A role that another database of the same server still needs goes once that database has let go of it. */
export async function dropRole(sql: Sql, role: string): Promise<void> {
  await sql.query(`DROP ROLE IF EXISTS ${identifier(role)}`).catch((error: unknown) => {
    throw hasState(error, states.stillNeeded) ? new Error(`${error.message}: ${error.detail ?? ''}`) : error;
  });
}

/** The owner of something that is there must be who we think, or two shops share it. */
export function refuseStranger(
  database: Database,
  what: string,
  { owner, expected }: Record<'owner' | 'expected', string>,
) {
  if (owner === expected) return;
  throw new Refusal(
    `${database.path}: ${what} belongs to "${owner}" and not to "${expected}": give each Storefront a database of its own`,
  );
}

/**
 * What the server keeps of a password (RFC 5803), made here: the password itself is in no statement, so in no log of the server, and a
 * server's rules for what a password must look like do not apply to it.
 */
export function verifierOf(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`;
}
