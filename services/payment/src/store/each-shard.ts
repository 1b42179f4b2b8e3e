import type { Shards } from '@storefront/kit/postgres';
import type { QueryExecutorProvider } from 'kysely';
import type { Tables } from './tables.ts';

/** Hears of a shard that could not be asked. */
export type OnLostShard = (shard: string, error: unknown) => void;

/** What every shard that can be reached answers: one that is away takes nobody else's work along. */
export async function askEachShard<Answer>(
  shards: Pick<Shards<Tables>, 'all'>,
  ask: (db: QueryExecutorProvider) => Promise<Answer>,
  onLost: OnLostShard,
): Promise<Answer[]> {
  const asked = shards.all().map(({ name, db }) =>
    ask(db).then(
      (answer) => [answer],
      (error: unknown) => {
        onLost(name, error);
        return [];
      },
    ),
  );
  return (await Promise.all(asked)).flat() as Answer[];
}
