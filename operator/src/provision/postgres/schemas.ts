/** The schema of one service: owned by its migrations, worked in by its pods, closed to everybody else. */
import type { Login } from '../files.ts';
import { ask, type Database, identifier, type Sql } from './connection.ts';
import { joinRole, refuseStranger } from './roles.ts';

export type SchemaAccess = { schema: string; owner: Login; service: Login };

export async function ensureSchema(sql: Sql, database: Database, { schema, owner, service }: SchemaAccess) {
  await joinRole(sql, owner.username);
  const found = await ask<string>(sql, 'SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1', [
    schema,
  ]);
  if (found === undefined)
    await sql.query(`CREATE SCHEMA ${identifier(schema)} AUTHORIZATION ${identifier(owner.username)}`);
  else refuseStranger(database, `schema "${schema}"`, { owner: found, expected: owner.username });

  const rights = [schema, service.username] as const;
  await grantMissing(
    sql,
    mayUse,
    rights,
    `GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${identifier(service.username)}`,
  );
  for (const { what, kinds, privileges } of contents) {
    const to = `${privileges.join(', ')} ON ${what}`;
    const missing = [...rights, kinds, privileges] as const;
    await grantMissing(
      sql,
      lackNothing,
      missing,
      `GRANT ${privileges.join(', ')} ON ALL ${what} IN SCHEMA ${identifier(schema)} TO ${identifier(service.username)}`,
    );
    await grantMissing(
      sql,
      areGivenByDefault,
      [owner.username, schema, service.username, kinds[0], privileges],
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner.username)} IN SCHEMA ${identifier(schema)} GRANT ${to} TO ${identifier(service.username)}`,
    );
  }
}

/** What a schema holds, by its kinds in pg_class, the first of which is that of pg_default_acl too; and what a service may do with it. */
const contents = [
  { what: 'TABLES', kinds: ['r', 'p', 'v', 'm'], privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  { what: 'SEQUENCES', kinds: ['S'], privileges: ['SELECT', 'USAGE'] },
];

const mayUse = "SELECT has_schema_privilege($2, $1, 'USAGE')";

/** Whether the role has every one of the privileges on everything of these kinds that the schema holds. */
const lackNothing = `
  SELECT NOT EXISTS (
    SELECT FROM pg_class thing CROSS JOIN unnest($4::text[]) privilege
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind::text = ANY ($3::text[])
    AND NOT CASE relkind WHEN 'S' THEN has_sequence_privilege($2, thing.oid, privilege)
      ELSE has_table_privilege($2, thing.oid, privilege) END)`;

const areGivenByDefault = `
  SELECT count(DISTINCT privilege_type) = cardinality($5::text[])
  FROM pg_default_acl CROSS JOIN aclexplode(defaclacl)
  WHERE defaclrole = quote_ident($1)::regrole AND defaclnamespace = quote_ident($2)::regnamespace
  AND grantee = quote_ident($3)::regrole AND defaclobjtype::text = $4 AND privilege_type = ANY ($5::text[])`;

async function grantMissing(sql: Sql, question: string, values: readonly unknown[], grant: string): Promise<void> {
  if (!(await ask<boolean>(sql, question, [...values]))) await sql.query(grant);
}
