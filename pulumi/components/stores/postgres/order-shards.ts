import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import { Postgres, type PostgresArgs } from './postgres.ts';

export type OrderShardsArgs = Omit<PostgresArgs, 'database'> & {
  shards: readonly string[];
  /** Those that are to go: nothing guards them any more. */
  retired: readonly string[];
};

/**
 * The orders, spread over several PostgreSQL. Every shard is known by its own name and not by its place, so adding one adds and
 * changes nothing else; removing one is refused before anything happens (`config/rules.ts`).
 *
 * Inputs: names, and what one PostgreSQL takes. Outputs: `shards`, by name. Cost: that of a PostgreSQL, times the shards.
 */
export class OrderShards extends ComponentResource {
  readonly shards: { name: string; postgres: Postgres }[];

  constructor(name: string, { shards, retired, ...args }: OrderShardsArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:OrderShards', name, {}, opts);
    this.shards = shards.map((shard) => {
      const site = { ...args.site, isGuarded: args.site.isGuarded && !retired.includes(shard) };
      return { name: shard, postgres: new Postgres(shard, { ...args, site, database: 'orders' }, { parent: this }) };
    });
    this.registerOutputs({ shards: shards.length });
  }

  /** By shard: what `gcloud sql connect` and the Cloud SQL proxy call it. */
  get connectionNames(): Record<string, Output<string>> {
    return Object.fromEntries(this.shards.map(({ name, postgres }) => [name, postgres.connectionName]));
  }
}
