import { z } from 'zod';
import type { Attributes } from '../../simulator/objects.ts';
import type { Kind, StripeKinds, StripeObjects } from '../account.ts';
import { refuse } from './errors.ts';
import { integer, text } from './parameters.ts';

/** Parameters that every list takes. */
export const listParameters = {
  limit: integer.pipe(z.number().int().min(1).max(100)).default(10),
  starting_after: text.exactOptional(),
  ending_before: text.exactOptional(),
};

/** Seconds since 1970, or bounds of them. */
export const createdFilter = z.union([
  integer,
  z.strictObject({
    gt: integer.exactOptional(),
    gte: integer.exactOptional(),
    lt: integer.exactOptional(),
    lte: integer.exactOptional(),
  }),
]);

type ListInput = {
  limit: number;
  starting_after?: string;
  ending_before?: string;
  created?: z.infer<typeof createdFilter>;
};

export type List<Each> = { object: 'list'; url: string; has_more: boolean; data: Each[] };

export type ListQuery = {
  url: string;
  attributes: Attributes;
  input: ListInput;
  /** Conditions that no attribute answers. */
  where?: (shown: Record<string, unknown>) => boolean;
};

/** One page, newest first. */
export function listPage<K extends Kind>(
  objects: StripeObjects,
  kind: K,
  { url, attributes, input, where }: ListQuery,
): List<StripeKinds[K]['shown']> {
  for (const id of [input.starting_after, input.ending_before])
    if (id !== undefined && !objects.find(kind, id)) throw refuse.missing(kind, id, 'starting_after');
  const page = {
    limit: input.limit,
    after: input.starting_after,
    before: input.ending_before,
    created: boundsOf(input.created),
  };
  const { items, hasMore } = objects.list(kind, attributes, page, where && (({ shown }) => where(shown as never)));
  return { object: 'list', url, has_more: hasMore, data: items.map(({ shown }) => shown) };
}

function boundsOf(created: ListInput['created']): { from: number; to: number } | undefined {
  if (created === undefined) return undefined;
  if (typeof created === 'number') return { from: created, to: created };
  const { gt = -1, gte = 0, lt = latest, lte = latest } = created;
  return { from: Math.max(gt + 1, gte), to: Math.min(lt - 1, lte) };
}

/** Later than any object. */
const latest = 2 ** 40;
