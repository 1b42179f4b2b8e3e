import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table notes (
    bucket smallint not null,
    id text not null,
    text text not null,
    version integer not null default 1,
    weight bigint,
    written_on date not null default current_date,
    primary key (bucket, id)
  )`.execute(db);
}
