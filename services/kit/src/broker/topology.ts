/** What the broker is made of, as a function of who publishes and consumes what; whoever provisions declares exactly this. */

/** One service of the fleet: event types (`order.placed`) it publishes and consumes, and queues of its own (`webhooks`). */
export type Declaration = {
  readonly publishes: readonly string[];
  readonly consumes: readonly string[];
  readonly queues?: readonly string[];
};

export type Exchange = { name: string; type: 'topic' | 'direct'; durable: true };
export type QueueArguments = Readonly<Record<string, string | number>>;
export type Queue = { name: string; durable: true; arguments: QueueArguments };
export type Binding = { exchange: string; queue: string; routingKey: string };
/** As the management API takes it. */
export type Policy = {
  name: string;
  pattern: string;
  'apply-to': 'queues';
  priority: number;
  definition: QueueArguments;
};

/** Patterns of names for one user; `topics` limits the routing keys within an exchange that it may write to. */
export type Permissions = {
  configure: string;
  write: string;
  read: string;
  topics: readonly { exchange: string; write: string; read: string }[];
};

export type Topology = {
  exchanges: Exchange[];
  queues: Queue[];
  bindings: Binding[];
  policies: Policy[];
  /** By service. */
  permissions: Record<string, Permissions>;
};

export const eventsExchange = 'events';
export const deadLetterExchange = 'dead-letters';
/** Keeps the newest events that no service consumes: a mandatory message needs a queue, or it comes back. */
export const unconsumedQueue = 'unconsumed';
/** Where a queue's dead letters go that was made without arguments of its own; its dead-letter queue is `unclaimed.dead`. */
export const unclaimed = 'unclaimed';

/** A message is delivered this often and once more; then it is a dead letter (about 5 s after the first failure). */
export const deliveryLimit = 4;
const retryAfterMs = { min: 500, max: 5_000 };
const unconsumedKept = 10_000;

export function deadQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/** A queue that a service fills for itself, and the exchange by which it does: a user may not write to the default one. */
export function ownQueue(service: string, name: string): { queue: string; exchange: string } {
  return { queue: `${service}.${name}`, exchange: `${service}.direct` };
}

/**
 * Of every queue that is consumed. A rejected message comes again after 0.5, 1.0, 1.5, 2.0 s, then is a dead letter, at
 * least once, which needs `reject-publish`. No length limit: one slow consumer would make the publishers of all others wait.
 * RabbitMQ never changes the arguments of a queue: others than these are a queue of another name, or one emptied and made anew.
 */
export function queueArguments(queue: string): QueueArguments {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-dead-letter-exchange': deadLetterExchange,
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
    'x-delayed-retry-type': 'all',
    'x-delayed-retry-min': retryAfterMs.min,
    'x-delayed-retry-max': retryAfterMs.max,
  };
}

/** Throws on names that cannot be told apart, and on an event that is consumed but that nobody publishes. */
export function topologyOf(declarations: Readonly<Record<string, Declaration>>): Topology {
  const services = Object.entries(declarations);
  for (const [service, declaration] of services) refuseBadNames(service, declaration);
  const published = new Set(services.flatMap(([, { publishes }]) => publishes));
  const consumed = new Set(services.flatMap(([, { consumes }]) => consumes));
  for (const type of consumed)
    if (!published.has(type)) throw new Error(`topology: ${type} is consumed, but no service publishes it`);

  const work = services.flatMap(([service, declaration]) => queuesOf(service, declaration));
  const dead = [...work, unclaimed];
  return {
    exchanges: [
      { name: eventsExchange, type: 'topic', durable: true },
      { name: deadLetterExchange, type: 'direct', durable: true },
      ...services.filter(([, { queues = [] }]) => queues.length > 0).map(([service]) => directExchange(service)),
    ],
    queues: [
      ...work.map((name): Queue => ({ name, durable: true, arguments: queueArguments(name) })),
      ...dead.map(deadQueue),
      { name: unconsumedQueue, durable: true, arguments: unconsumedArguments },
    ],
    bindings: [
      ...services.flatMap(([service, declaration]) => bindingsOf(service, declaration)),
      ...[...published]
        .filter((type) => !consumed.has(type))
        .map((type): Binding => ({ exchange: eventsExchange, queue: unconsumedQueue, routingKey: type })),
      ...dead.map((key): Binding => ({ exchange: deadLetterExchange, queue: deadQueueOf(key), routingKey: key })),
    ],
    policies: [catchAll],
    permissions: Object.fromEntries(
      services.map(([service, declaration]) => [service, permissionsOf(service, declaration)]),
    ),
  };
}

const unconsumedArguments: QueueArguments = {
  'x-queue-type': 'quorum',
  'x-max-length': unconsumedKept,
  'x-overflow': 'drop-head',
};

/** Without it a queue that somebody makes by hand drops what its consumer fails on twenty times. */
const catchAll: Policy = {
  name: deadLetterExchange,
  pattern: String.raw`^(?!.*\.dead$)(?!${unconsumedQueue}$).*$`,
  'apply-to': 'queues',
  priority: 0,
  definition: { 'dead-letter-exchange': deadLetterExchange, 'dead-letter-routing-key': unclaimed },
};

function deadQueue(key: string): Queue {
  // Looking at a dead letter is a delivery too: without -1 the twentieth look would drop it.
  return { name: deadQueueOf(key), durable: true, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1 } };
}

function directExchange(service: string): Exchange {
  return { name: ownQueue(service, '').exchange, type: 'direct', durable: true };
}

function queuesOf(service: string, { consumes, queues = [] }: Declaration): string[] {
  return [...(consumes.length > 0 ? [service] : []), ...queues.map((name) => ownQueue(service, name).queue)];
}

function bindingsOf(service: string, { consumes, queues = [] }: Declaration): Binding[] {
  return [
    ...consumes.map((type): Binding => ({ exchange: eventsExchange, queue: service, routingKey: type })),
    ...queues.map((name): Binding => {
      const { exchange, queue } = ownQueue(service, name);
      return { exchange, queue, routingKey: queue };
    }),
  ];
}

/**
 * `configure` is what the check of a queue's arguments needs (boot-check.ts): on its own queues, which it may read and so
 * empty anyway; it cannot make one that has dead letters, since nobody but the broker may write to their exchange.
 */
function permissionsOf(service: string, declaration: Declaration): Permissions {
  const { publishes, queues = [] } = declaration;
  const own = exactly(queuesOf(service, declaration));
  const exchanges = [
    ...(publishes.length > 0 ? [eventsExchange] : []),
    ...(queues.length > 0 ? [ownQueue(service, '').exchange] : []),
  ];
  return {
    configure: own,
    write: exactly(exchanges),
    read: own,
    topics: publishes.length > 0 ? [{ exchange: eventsExchange, write: exactly(publishes), read: '^$' }] : [],
  };
}

function exactly(names: readonly string[]): string {
  return names.length === 0 ? '^$' : `^(${names.map((name) => name.replaceAll('.', String.raw`\.`)).join('|')})$`;
}

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const eventType = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/;
const reserved = new Set([eventsExchange, deadLetterExchange, unconsumedQueue, unclaimed]);

function refuseBadNames(service: string, { publishes, consumes, queues = [] }: Declaration): void {
  if (!kebab.test(service) || reserved.has(service)) throw new Error(`topology: no service may be named "${service}"`);
  for (const type of [...publishes, ...consumes])
    if (!eventType.test(type)) throw new Error(`topology: "${type}" of ${service} is not a type such as order.placed`);
  for (const name of queues)
    if (!kebab.test(name) || name === 'dead' || name === 'direct')
      throw new Error(`topology: "${name}" of ${service} cannot be the name of a queue`);
}
