/** Where a shop keeps what the auditor looks at. Accounts are those of administrators, who make it accounts that may only read. */
export type Target = {
  scope: string;
  orders: readonly (Account & { name: string; /** Of the shop's database there. */ url: string })[];
  products: Account & { url: string; database: string };
  broker: Account & { management: string; vhost: string };
  stripe: Ledger;
  carrier: Ledger;
};

export type Account = { username: string; password: string };

/** The control API of a simulator. */
export type Ledger = { url: string; token: string };

/** Of an instance's `stores.json`, what leads to its databases and simulators. */
export type StoresFile = {
  mongo: Account & { url: string };
  orders: (Account & { name: string; url: string })[];
  broker: Account & { management: string };
  stripe: { control: Ledger };
  carrier: { control: Ledger };
};

type Shards = readonly { name: string; database: string }[];
type Described = {
  spec: { scope?: string; stores: { orders?: { shards: Shards }; products?: { database?: string } } };
  status?: { scope?: string };
};

/** Where that Storefront keeps its records, on the servers of that instance. */
export function targetOf(stores: StoresFile, { spec, status }: Described): Target {
  const scope = status?.scope ?? spec.scope;
  if (scope === undefined) throw new Error('the Storefront has no scope yet: is the operator running?');
  const databases = new Map(spec.stores.orders?.shards.map(({ name, database }) => [name, database]));
  const orders = stores.orders.flatMap((server) => {
    const database = databases.get(server.name);
    return database === undefined ? [] : [{ ...server, url: new URL(`/${database}`, server.url).href }];
  });
  const products = { ...stores.mongo, database: spec.stores.products?.database ?? `${scope}-product` };
  return {
    scope,
    orders,
    products,
    broker: { ...stores.broker, vhost: scope },
    stripe: stores.stripe.control,
    carrier: stores.carrier.control,
  };
}
