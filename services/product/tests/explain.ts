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
  // Walking the whole primary key of a stand-in is a scan by another name.
  const walksAll = node['Index Name'] === '_id_' && !String(node['Index Cond']).includes('object_id');
  return { isScan: walksAll, index };
}

function pick(command: Document, names: string[]): Document {
  return Object.fromEntries(names.filter((name) => name in command).map((name) => [name, command[name]]));
}
