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
