/** How buckets are dealt out over shards the first time. Pure. */

export const bucketCount = 4096;

/** What a shard knows: among whom the buckets were dealt out, if it has had its share, and which it has now. */
export type ShardState = { shard: string; founders?: readonly string[] | undefined; buckets: readonly number[] };

/** The buckets `first` to `last`, both included, for a shard; `founders` are all that get a share. */
export type Share = { founders: string[]; first: number; last: number };

/**
 * Who still has to get which share. The first shards share evenly, neighbours to each; a shard that joins later gets none, and one that has
 * had its share gets no other, however few are left to it. A founding that was cut short goes on among the same shards.
 *
 * Throws where a share that is due has another owner by now: that shard's database is not the one that it was.
 */
export function sharesDue(states: readonly ShardState[]): Map<string, Share> {
  const founders = states.find((state) => state.founders)?.founders ?? states.map(({ shard }) => shard);
  const due = states.filter((state) => !state.founders && founders.includes(state.shard));
  const shares = due.map(({ shard }) => [shard, shareOf(founders, shard)] as const);
  for (const [shard, share] of shares) refuseTaken(states, shard, share);
  return new Map(shares);
}

function shareOf(founders: readonly string[], shard: string): Share {
  const index = founders.indexOf(shard);
  const from = (position: number) => Math.ceil((position * bucketCount) / founders.length);
  return { founders: [...founders], first: from(index), last: from(index + 1) - 1 };
}

function refuseTaken(states: readonly ShardState[], shard: string, { first, last }: Share): void {
  const owner = states.find(({ buckets }) => buckets.some((bucket) => bucket >= first && bucket <= last));
  if (owner)
    throw new Error(
      `shard ${shard} has no buckets, and ${owner.shard} has some of those that it had at first: restore the database of ${shard}`,
    );
}
