import type { OwnTransaction, Shards } from '@storefront/kit/postgres';
import type { Kysely, KyselyPlugin } from 'kysely';
import type { Tables } from '../../src/store/tables.ts';

/** Shards that write down what they are asked: `read` and `begin`, and after each the statements of it (`UpdateQuery`). */
export function watched() {
  const asked: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      asked.push(node.kind.replace('Node', ''));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const seen = (tx: OwnTransaction<Tables>): OwnTransaction<Tables> =>
    Object.assign(tx.withPlugin(plugin), { bucket: tx.bucket, commitWith: tx.commitWith });
  const watch = (shards: Shards<Tables>): Shards<Tables> => ({
    ...shards,
    withBucket(bucket, work) {
      asked.push('begin');
      return shards.withBucket(bucket, (tx) => work(seen(tx)));
    },
    read(bucket, work, options) {
      asked.push('read');
      return shards.read(bucket, (db: Kysely<Tables>) => work(db.withPlugin(plugin)), options);
    },
  });
  /** What was asked since it was called last. */
  const take = () => asked.splice(0);
  return { watch, take };
}
