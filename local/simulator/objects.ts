import { randomFillSync } from 'node:crypto';
import { createMemory, type Database } from './database.ts';

/** What an API shows, and what its simulator knows besides. */
export type Stored<Shown, Hidden> = { shown: Shown; hidden: Hidden };

/** Kind → what is kept of it. */
export type Kinds = Record<string, Stored<{ id: string }, unknown>>;

export type Page = {
  limit: number;
  /** An id: what comes after it in the list. */
  after?: string | undefined;
  /** An id: what comes before it in the list. */
  before?: string | undefined;
  /** Seconds since 1970, both inclusive. */
  created?: { from: number; to: number } | undefined;
};

export type Listing<Each> = { items: Each[]; hasMore: boolean };

/** Objects by kind and id, newest first in lists, found by attributes that were named when they were written. */
export type Objects<K extends Kinds> = {
  find: <Kind extends keyof K & string>(kind: Kind, id: string) => K[Kind] | undefined;
  put: <Kind extends keyof K & string>(kind: Kind, object: K[Kind], attributes?: Attributes) => void;
  remove: (kind: keyof K & string, id: string) => void;
  /** All attributes must be as asked; `where` tells what no attribute can. */
  list: <Kind extends keyof K & string>(
    kind: Kind,
    attributes: Attributes,
    page: Page,
    where?: (object: K[Kind]) => boolean,
  ) => Listing<K[Kind]>;
  all: <Kind extends keyof K & string>(kind: Kind, attributes?: Attributes) => K[Kind][];
  /** The same of however many there are: a page of them is in memory at a time. */
  each: <Kind extends keyof K & string>(kind: Kind) => Generator<K[Kind], void>;
};

export type Attributes = Record<string, string | null | undefined>;

const tables = `
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, created INTEGER, body TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS objects_id ON objects (kind, id);
  DROP INDEX IF EXISTS objects_kind;
  CREATE INDEX IF NOT EXISTS objects_listed ON objects (kind, seq, created);
  CREATE TABLE IF NOT EXISTS attributes (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value, seq)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS attributes_seq ON attributes (seq)`;

/** So many of a kind are kept in memory. */
const few = 8;
const pageSize = 100;

export function createObjects<K extends Kinds>(database: Database): Objects<K> {
  database.execute(tables);
  // The few receivers of webhooks: every event asks for all of them.
  const fewOf = createMemory<readonly K[keyof K][]>(database);
  const put: Objects<K>['put'] = (kind, object, attributes) => {
    fewOf().delete(kind);
    const { id } = object.shown;
    const body = JSON.stringify(object);
    const known = sequenceOf(database, kind, id);
    if (known !== undefined) database.statement('UPDATE objects SET body = ? WHERE seq = ?').run(body, known);
    const seq = known ?? insert(database, [kind, id, createdOf(object.shown), body]);
    if (attributes)
      index(database, { kind, seq, known: known === undefined ? [] : namesOf(database, seq) }, attributes);
  };
  const list: Objects<K>['list'] = (kind, attributes, page, where) =>
    listObjects(database, selectionOf(kind, attributes, page), page, where);
  return {
    find(kind, id) {
      const row = database.statement('SELECT body FROM objects WHERE kind = ? AND id = ?').get(kind, id);
      return row && JSON.parse(row['body'] as string);
    },
    put,
    remove(kind, id) {
      fewOf().delete(kind);
      database.statement('DELETE FROM attributes WHERE seq = ?').run(sequenceOf(database, kind, id) ?? -1);
      database.statement('DELETE FROM objects WHERE kind = ? AND id = ?').run(kind, id);
    },
    list,
    each: (kind) => readPages(database, kind),
    all(kind, attributes) {
      const known = attributes ? undefined : fewOf().get(kind);
      if (known) return [...known] as K[typeof kind][];
      const { items } = list(kind, attributes ?? {}, { limit: Infinity });
      if (!attributes && items.length <= few) fewOf().set(kind, [...items]);
      return items;
    },
  };
}

function sequenceOf(database: Database, kind: string, id: string): number | undefined {
  const row = database.statement('SELECT seq FROM objects WHERE kind = ? AND id = ?').get(kind, id);
  return row?.['seq'] as number | undefined;
}

/** Seconds since 1970, as either vendor writes it. */
function createdOf(shown: object): number | null {
  const { created, created_at: createdAt } = shown as { created?: unknown; created_at?: unknown };
  if (typeof created === 'number') return created;
  return typeof createdAt === 'string' ? Math.floor(Date.parse(createdAt) / 1000) : null;
}

function insert(database: Database, row: [string, string, number | null, string]): number {
  const { lastInsertRowid } = database
    .statement('INSERT INTO objects (kind, id, created, body) VALUES (?, ?, ?, ?)')
    .run(...row);
  return Number(lastInsertRowid);
}

type Name = { name: string; value: string };
type Indexed = { kind: string; seq: number; known: Name[] };

const namesOf = (database: Database, seq: number): Name[] =>
  database.statement('SELECT name, value FROM attributes WHERE seq = ?').all(seq) as Name[];

/** Each attribute is a row far from the next one: only what is new and what is gone is written. */
function index(database: Database, { kind, seq, known }: Indexed, attributes: Attributes): void {
  for (const { name, value } of known)
    if (attributes[name] !== value)
      database
        .statement('DELETE FROM attributes WHERE kind = ? AND name = ? AND value = ? AND seq = ?')
        .run(kind, name, value, seq);
  const isKnown = (wanted: string, value: string) => known.some((one) => one.name === wanted && one.value === value);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'string' && !isKnown(name, value))
      database.statement('INSERT INTO attributes VALUES (?, ?, ?, ?)').run(kind, name, value, seq);
}

type Selection = { sql: string; values: (string | number)[] };

function selectionOf(kind: string, attributes: Attributes, { after, before, created }: Page): Selection {
  const wanted = Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const position = '(SELECT seq FROM objects WHERE kind = ? AND id = ?)';
  const conditions: [string, ...(string | number)[]][] = [
    ['kind = ?', kind],
    ...wanted.map(([name, value]): [string, string, string, string] => [
      'seq IN (SELECT seq FROM attributes WHERE kind = ? AND name = ? AND value = ?)',
      kind,
      name,
      value,
    ]),
  ];
  if (after !== undefined) conditions.push([`seq < ${position}`, kind, after]);
  if (before !== undefined) conditions.push([`seq > ${position}`, kind, before]);
  if (created !== undefined) conditions.push(['created BETWEEN ? AND ?', created.from, created.to]);
  // A page that ends before an object is the one next to it.
  const order = before === undefined ? 'DESC' : 'ASC';
  const where = conditions.map(([condition]) => condition).join(' AND ');
  return {
    sql: `SELECT body FROM objects WHERE ${where} ORDER BY seq ${order}`,
    values: conditions.flatMap(([, ...values]) => values),
  };
}

function listObjects<Each>(
  database: Database,
  { sql, values }: Selection,
  { limit, before }: Page,
  where: (object: Each) => boolean = () => true,
): Listing<Each> {
  const items: Each[] = [];
  for (const row of database.statement(sql).iterate(...values)) {
    const object = JSON.parse(row['body'] as string) as Each;
    if (where(object)) items.push(object);
    if (items.length > limit) break;
  }
  const hasMore = items.length > limit;
  const page = items.slice(0, limit);
  return { items: before === undefined ? page : page.toReversed(), hasMore };
}

function* readPages<Each>(database: Database, kind: string): Generator<Each, void> {
  const older = 'SELECT seq, body FROM objects WHERE kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?';
  for (let last = Number.MAX_SAFE_INTEGER, isMore = true; isMore;) {
    const rows = database.statement(older).all(kind, last, pageSize) as { seq: number; body: string }[];
    for (const { body } of rows) yield JSON.parse(body) as Each;
    isMore = rows.length === pageSize;
    last = rows.at(-1)?.seq ?? last;
  }
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random bytes in stock: the call for some costs more than they do. */
const stock = Buffer.alloc(4096);
let used = stock.length;

function takeRandom(length: number): Buffer {
  if (used + length > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += length;
  return stock.subarray(used - length, used);
}

/** `randomId('pi_', 24)` → `pi_` and 24 letters and digits. */
export function randomId(prefix: string, length: number, alphabet: string = letters): string {
  let id = prefix;
  for (const byte of takeRandom(length)) id += alphabet[byte % alphabet.length];
  return id;
}

/**
 * The same, beginning with the time that it was made: indices grow at their end, so a request writes few of their pages. What is left
 * is still by chance.
 */
export function orderedId(prefix: string, length: number, alphabet: string = letters): string {
  const base = alphabet.length;
  let time = '';
  for (let left = Date.now(); left > 0; left = Math.floor(left / base)) time = alphabet.charAt(left % base) + time;
  return randomId(prefix + time, length - time.length, alphabet);
}
