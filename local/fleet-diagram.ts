/** The fleet table as the diagram and the table of docs/architecture.md. Pure. */
import { edges, type Fleet, type ServiceEntry, usesBroker } from '@storefront/operator/fleet';

const begin = /<!-- fleet:begin[^>]*-->/;
const end = '<!-- fleet:end -->';

/** The document with the part between its markers replaced. */
export function withFleet(document: string, part: string): string {
  const marker = begin.exec(document);
  const to = document.indexOf(end);
  if (!marker || to < marker.index)
    throw new Error('docs/architecture.md needs the markers <!-- fleet:begin … --> and <!-- fleet:end -->');
  return `${document.slice(0, marker.index + marker[0].length)}\n\n${part}\n\n${document.slice(to)}`;
}

export function describeFleet(table: Fleet): string {
  return `${diagram(table)}\n\n${list(table)}`;
}

function diagram(table: Fleet): string {
  const entries = Object.entries(table);
  const outside = entries.filter(([, { edge }]) => edge).map(([name]) => `  customers([customers]) --> ${name}`);
  const services = entries.map(([name, { edge, port }]) => `  ${name}["${edge ? 'edge · ' : ''}${name} :${port}"]`);
  const arrows = edges(table).map(({ from, to, kind }) =>
    kind === 'pages' ? `  ${from} -. pages .-> ${to}` : `  ${from} --> ${to}`,
  );
  const beliefs = entries.flatMap(([name, { believes = [] }]) =>
    believes.map((signer) => `  ${name} -. believes .-> ${signer}`),
  );
  const stores = entries.flatMap(([name, { stores: used }]) =>
    Object.entries(used).map(([store, { kind }]) => `  ${name} --> ${store}[("${store}<br>${kind}")]`),
  );
  const lines = [...services, ...outside, ...arrows, ...beliefs, ...stores, ...events(table), ...companies(table)];
  return ['```mermaid', 'flowchart LR', ...lines, '```'].join('\n');
}

/** Who takes the money, who carries the parcels and the mails: nobody of ours. */
const companies = (table: Fleet): string[] =>
  Object.entries(table).flatMap(([name, { integration, mails }]) => [
    ...(integration ? [`  ${name} --> ${integration}([${integration}])`] : []),
    ...(mails ? [`  ${name} --> mail([mail])`] : []),
  ]);

/** To the broker from those who publish, from it to those who consume, queues of their own included. */
function events(table: Fleet): string[] {
  const users = Object.entries(table).filter(([, entry]) => usesBroker(entry));
  const broker = '[["broker<br>rabbitmq"]]';
  return users.flatMap(([name, { publishes, consumes, queues = [] }]) => [
    ...(publishes.length + queues.length > 0 ? [`  ${name} -. events .-> broker${broker}`] : []),
    ...(consumes.length + queues.length > 0 ? [`  broker${broker} -. events .-> ${name}`] : []),
  ]);
}

function list(table: Fleet): string {
  const head =
    '| Service | Port | Calls | Stores | Publishes | Consumes | Replicas | Requests |\n|---|---|---|---|---|---|---|---|';
  return [head, ...Object.entries(table).map(([name, entry]) => row(name, entry))].join('\n');
}

function row(name: string, { port, calls, stores, publishes, consumes, size }: ServiceEntry): string {
  const words = (list: readonly string[]) => (list.length === 0 ? '–' : list.join(', '));
  const [min, max] = size.replicas;
  const used = Object.entries(stores).map(([store, { kind }]) => (store === kind ? store : `${store} (${kind})`));
  return `| ${name} | ${port} | ${words(calls)} | ${words(used)} | ${words(publishes)} | ${words(consumes)} | ${min}–${max} | ${size.cpu}, ${size.memory} |`;
}
