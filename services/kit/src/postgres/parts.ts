import type { OperationNodeSource, QueryCreator } from 'kysely';
import type { BucketTransaction } from './transact.ts';

/** What a statement writes beside the row it is about, given the creator of its query. */
export type Part<Tables> = (db: QueryCreator<Tables>) => OperationNodeSource;

/**
 * Each part, by its name, a common table expression of the statement that is made next: one round trip, however much belongs to a change.
 * The rest of the statement may ask a part that returns something (`exists (select from <name>)`), which the types do not show.
 */
export function withParts<Tables>(
  tx: BucketTransaction<Tables>,
  parts: Readonly<Record<string, Part<NoInfer<Tables>> | undefined>>,
): QueryCreator<Tables> {
  let creator: QueryCreator<Tables> = tx;
  for (const [name, part] of Object.entries(parts))
    if (part) creator = creator.with(name, part as never) as unknown as QueryCreator<Tables>;
  return creator;
}
