/** The architecture in one place: pods, sidecars, network policies, accounts, the diagram and the architecture test read it. */

export type StoreKind = 'mongo' | 'redis' | 'postgres' | 'media';

/** A store that a service uses: in PostgreSQL the schema that it has there, and whether the Storefront lists shards of the store. */
export type StoreUse =
  | { kind: Exclude<StoreKind, 'postgres'> }
  | { kind: 'postgres'; schema: string; sharded?: boolean };

/** A path of the edge that takes more than `edgeBodyMiB`, as much as its route does; it is passed on while it comes. */
export type Upload = { path: string; limitMiB: number };

/** What the fleet knows of one service. `Name` is the union of the names in the table, so a misspelt arrow does not compile. */
export type ServiceEntry<Name extends string = string> = {
  /** Where the app listens; the loopback port of those who call it follows from it (`loopbackPort`). */
  port: number;
  /** Stores of the Storefront that it has an account in, by their name in `spec.stores`. */
  stores: Readonly<Record<string, StoreUse>>;
  /** Runs `src/migrate.ts` as a Job before it starts. */
  migrates?: boolean;
  /** Types of events. A service that has any, or a queue of its own, has an account at the broker. */
  publishes: readonly string[];
  consumes: readonly string[];
  /** Queues that it fills for itself, besides the one of the events that it consumes. */
  queues?: readonly string[];
  /** Sends mail. */
  mails?: boolean;
  /** Makes or believes the tokens of guests: has the key that they are signed with. */
  guests?: boolean;
  /** Works with the companies that the Storefront names there, and has their accounts. */
  integration?: 'payments' | 'carriers';
  calls: readonly Name[];
  /** Services whose signed statements it takes as true: it knows by which key, and can make none itself. */
  believes?: readonly Name[];
  /** Paths that answer for as long as the client listens; `:name` stands for any one segment. */
  streams: readonly string[];
  /** Needs the internet, apart from a media bucket. */
  external: boolean;
  /**
   * Customers come in here: an Nginx edge in its pod sends the paths of `api` to the app, and all else to `pages`. `health`, one of
   * `api`, answers 200 as long as both run.
   */
  edge?: { pages: Name; api: readonly string[]; uploads: readonly Upload[]; health: string };
  size: { cpu: string; memory: string; replicas: readonly [min: number, max: number] };
};

export type Fleet<Name extends string = string> = Readonly<Record<Name, ServiceEntry<Name>>>;

/** An arrow of the diagram: `from` opens connections to the app port of `to`. */
export type Edge = { from: string; to: string; port: number; kind: 'call' | 'pages' };

export const fleet = defineFleet({
  gateway: {
    port: 7000,
    stores: { cache: { kind: 'redis' }, state: { kind: 'redis' } },
    publishes: [],
    consumes: ['product.changed', 'product.unpublished'],
    guests: true,
    calls: ['product', 'cart', 'order', 'payment', 'shipping'],
    streams: ['/api/orders/:orderId/events'],
    external: false,
    edge: {
      pages: 'web',
      api: ['/api/', '/docs', '/docs/', '/openapi.json', '/healthz', '/media/', '/webhooks/'],
      uploads: [
        { path: '/api/products/import', limitMiB: 1024 },
        { path: '/api/media', limitMiB: 16 },
      ],
      health: '/healthz',
    },
    size: { cpu: '200m', memory: '192Mi', replicas: [2, 20] },
  },
  product: {
    port: 7001,
    stores: { products: { kind: 'mongo' }, media: { kind: 'media' } },
    migrates: true,
    publishes: ['product.changed', 'product.unpublished', 'stock.low'],
    consumes: [],
    calls: [],
    streams: [],
    external: false,
    size: { cpu: '200m', memory: '256Mi', replicas: [2, 20] },
  },
  cart: {
    port: 7003,
    stores: { state: { kind: 'redis' } },
    publishes: [],
    consumes: [],
    guests: true,
    calls: ['product'],
    streams: [],
    external: false,
    size: { cpu: '100m', memory: '160Mi', replicas: [2, 20] },
  },
  order: {
    port: 7005,
    stores: { orders: { kind: 'postgres', schema: 'orders', sharded: true } },
    migrates: true,
    publishes: [
      'order.placed',
      'order.confirmed',
      'order.captured',
      'order.shipped',
      'order.delivered',
      'order.cancelled',
      'order.refunded',
    ],
    consumes: ['payment.changed', 'shipment.changed'],
    mails: true,
    guests: true,
    calls: ['cart', 'product', 'payment', 'shipping'],
    believes: ['shipping'],
    streams: ['/orders/:orderId/events'],
    external: false,
    size: { cpu: '200m', memory: '192Mi', replicas: [2, 20] },
  },
  payment: {
    port: 7006,
    stores: { orders: { kind: 'postgres', schema: 'payment', sharded: true } },
    migrates: true,
    publishes: ['payment.changed'],
    consumes: [],
    queues: ['webhooks'],
    calls: [],
    streams: [],
    external: true,
    integration: 'payments',
    size: { cpu: '100m', memory: '192Mi', replicas: [2, 10] },
  },
  shipping: {
    port: 7007,
    stores: { orders: { kind: 'postgres', schema: 'shipping', sharded: true } },
    migrates: true,
    publishes: ['shipment.changed'],
    consumes: [],
    queues: ['webhooks'],
    calls: ['cart'],
    streams: [],
    external: true,
    integration: 'carriers',
    size: { cpu: '100m', memory: '192Mi', replicas: [2, 10] },
  },
  web: {
    port: 7010,
    stores: {},
    publishes: [],
    consumes: [],
    calls: ['gateway'],
    streams: ['/orders/:orderId/events'],
    external: false,
    size: { cpu: '200m', memory: '192Mi', replicas: [2, 20] },
  },
});

/** The Nginx sidecar of every pod answers /healthz, /stub_status and the probes here. */
export const sidecarPort = 9190;
/** The Nginx edge of the gateway's pod listens here for customers. */
export const edgePort = 8080;
/** What the edge takes of a body, except where `uploads` allows more. */
export const edgeBodyMiB = 1;
export const consulPorts = { http: 8500, dns: 8600, gossip: 8301, rpc: 8300, https: 8501 } as const;

/** The loopback port at which a pod's Nginx sidecar offers a service: 9101 for product, whose app listens on 7001. */
export function loopbackPort(entry: ServiceEntry): number {
  return entry.port + 2100;
}

/** Every connection between two services of a shop; there are no others. */
export function edges(table: Fleet): Edge[] {
  const portOf = (name: string) => table[name]!.port;
  return Object.entries(table).flatMap(([from, { calls, edge }]) => [
    ...calls.map((to): Edge => ({ from, to, port: portOf(to), kind: 'call' })),
    ...(edge ? [{ from, to: edge.pages, port: portOf(edge.pages), kind: 'pages' } as const] : []),
  ]);
}

/** Whom the Nginx of a service's pod must find: what the app calls, and the pages behind an edge. */
export function upstreamsOf(table: Fleet, service: string): string[] {
  return edges(table)
    .filter((edge) => edge.from === service)
    .map((edge) => edge.to);
}

/**
 * Calls a service that believes its token, or makes statements that others believe; the edge believes what customers show. Such a
 * service has a key of its own.
 */
export const signs = (table: Fleet, service: string): boolean =>
  !table[service]!.edge && (isBelieved(table, service) || table[service]!.calls.some((callee) => !table[callee]!.edge));

/** Others take its statements as true. */
export function isBelieved(table: Fleet, service: string): boolean {
  return Object.values(table).some(({ believes = [] }) => believes.includes(service));
}

/** The services that sign for themselves. */
export const signersOf = (table: Fleet): string[] => Object.keys(table).filter((service) => signs(table, service));

export const usesBroker = ({ publishes, consumes, queues = [] }: ServiceEntry): boolean =>
  publishes.length + consumes.length + queues.length > 0;

/** What the users of the broker publish, consume and keep there: what its topology is made of. */
export function declarationsOf(table: Fleet): Record<string, Declaration> {
  const users = Object.entries(table).filter(([, entry]) => usesBroker(entry));
  return Object.fromEntries(
    users.map(([name, { publishes, consumes, queues = [] }]) => [name, { publishes, consumes, queues }]),
  );
}

export type Declaration = Required<Pick<ServiceEntry, 'publishes' | 'consumes' | 'queues'>>;

/** Refuses two services on one port, a service that calls itself, and an edge that is believed; names are checked by the compiler. */
export function defineFleet<const Name extends string>(
  table: Record<Name, ServiceEntry<NoInfer<Name>>>,
): Readonly<Record<Name, ServiceEntry<Name>>> {
  const taken = new Map<number, string>();
  for (const [name, { port, calls, edge }] of Object.entries<ServiceEntry>(table)) {
    const other = taken.get(port);
    if (other) throw new Error(`fleet: ${name} and ${other} both listen on ${port}`);
    if (calls.includes(name)) throw new Error(`fleet: ${name} calls itself`);
    if (edge && isBelieved(table, name)) throw new Error(`fleet: ${name} is the edge, whose key makes no statements`);
    taken.set(port, name);
  }
  return table;
}
