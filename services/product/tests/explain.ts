import type { CommandStartedEvent, Db, Document, MongoClient } from 'mongodb';

/** A command as it was sent, and the plan that the server makes for it. */
export type Planned = { name: string; command: Document; leaves: Leaf[]; sorts: boolean };
type Leaf = { isScan: boolean; index: string };

const reads = new Set(['find', 'count', 'aggregate']);

/** Collects what is sent while `work` runs: reads as they are, writes by their filters. */
export async function commandsOf(client: MongoClient, work: () => Promise<unknown>): Promise<Document[]> {
  const commands: Document[] = [];
  const listen = ({ command }: CommandStartedEvent) => commands.push(...queriesIn(command));
  client.on('commandStarted', listen);
  await work();
  client.off('commandStarted', listen);
  return commands;
}

function queriesIn(command: Document): Document[] {
  const [name] = Object.keys(command);
  if (name === undefined) return [];
  if (reads.has(name))
    return [pick(command, [name, 'filter', 'query', 'pipeline', 'sort', 'limit', 'projection', 'hint', 'cursor'])];
  if (name === 'findAndModify') return [{ find: command[name], filter: command['query'] }];
  const statements = [...(command['updates'] ?? []), ...(command['deletes'] ?? [])] as Document[];
  return statements.map(({ q }) => ({ find: command[name], filter: q }));
}

export async function explain(db: Db, command: Document): Promise<Planned> {
  const explained = await db.command({ explain: command, verbosity: 'queryPlanner' });
  const nodes = nodesOf(explained);
  const leaves = nodes.flatMap((node) => leafOf(node) ?? []);
  return { name: JSON.stringify(command), command, leaves, sorts: nodes.some(isSort) };
}

/** Nodes of a plan, whether MongoDB tells it (stages) or a stand-in on PostgreSQL does (plan nodes). */
function nodesOf(value: unknown): Document[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (value === null || typeof value !== 'object') return [];
  const here = 'stage' in value || 'Node Type' in value ? [value as Document] : [];
  return [...here, ...Object.values(value).flatMap(nodesOf)];
}

function isSort(node: Document): boolean {
  return node['stage'] === 'SORT' || node['Node Type'] === 'Sort';
}

const scans = new Set(['COLLSCAN', 'Seq Scan']);
const lookups = new Set(['IXSCAN', 'IDHACK', 'EOF', 'Index Scan', 'Index Only Scan', 'Bitmap Index Scan']);

function leafOf(node: Document): Leaf | undefined {
  const stage = String(node['stage'] ?? node['Node Type']);
  if (scans.has(stage)) return { isScan: true, index: 'none' };
  if (!lookups.has(stage)) return undefined;
  const index = String(node['Index Name'] ?? node['indexName'] ?? '_id_');
  return { isScan: stage.includes('Index') ? walksRows(node) : walksKeys(node), index };
}

/** True of every row: the number of the collection, an order to read in (`@<>`), not less than the smallest key (BSON's type ff). */
const always = [
  /^\(+shard_key_value = [^ ]+\)+$/,
  /^\(+document OPERATOR\(documentdb_api_catalog\.@<>\) /,
  /^\(+document OPERATOR\(documentdb_api_catalog\.@>=\) 'BSONHEX.{8}ff/,
];

/** The stand-in's index, read without a condition on a field. */
function walksRows(node: Document): boolean {
  const conditions = String(node['Index Cond'] ?? '');
  return conditions === '' || conditions.split(' AND ').every((condition) => always.some((one) => one.test(condition)));
}

/** MongoDB's index, read from its first key to its last. */
function walksKeys(node: Document): boolean {
  const [first] = Object.values((node['indexBounds'] ?? {}) as Record<string, string[]>);
  return first?.some((bounds) => bounds.includes('MinKey') && bounds.includes('MaxKey')) ?? false;
}

function pick(command: Document, names: string[]): Document {
  return Object.fromEntries(names.filter((name) => name in command).map((name) => [name, command[name]]));
}
