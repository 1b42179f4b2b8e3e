import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What goes wrong with a request. Milliseconds here are the machine's: somebody waits for them. */
export const RequestFault = z.discriminatedUnion('kind', [
  /** Done, and the connection breaks instead of an answer. */
  z.strictObject({ kind: z.literal('lost-response') }),
  /** Done, and answered 500. */
  z.strictObject({ kind: z.literal('error-after-commit') }),
  /** Not done, answered 500. */
  z.strictObject({ kind: z.literal('error-before-commit') }),
  /** Done at once, answered late. */
  z.strictObject({ kind: z.literal('hang'), forMs: z.int().positive().default(30_000) }),
  /** Not done: refused for good, and whoever asks again with the same key is refused again. */
  z.strictObject({ kind: z.literal('refused') }),
  /** Not done: 409, as if the same request were running. */
  z.strictObject({ kind: z.literal('conflict') }),
  /** Not done: 429. */
  z.strictObject({ kind: z.literal('rate-limit') }),
  /** Not done: the connection breaks. */
  z.strictObject({ kind: z.literal('down') }),
  /** Done after a while, instead of the usual latency. */
  z.strictObject({ kind: z.literal('slow'), byMs: z.int().positive() }),
]);
export type RequestFault = z.infer<typeof RequestFault>;

/** What goes wrong with a webhook. Milliseconds here are simulated time. */
export const WebhookFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('duplicate'), copies: z.int().positive().default(2) }),
  z.strictObject({ kind: z.literal('late'), byMs: z.int().positive() }),
  /** Each at a random moment of the window, so that they arrive in another order. */
  z.strictObject({ kind: z.literal('reordered'), withinMs: z.int().positive().default(5_000) }),
  /** Besides the true one a forgery: signed with another secret, signed for another body, or an old signature again. */
  z.strictObject({ kind: z.literal('forged'), how: z.enum(['secret', 'body', 'replay']).default('secret') }),
  /** Never sent. */
  z.strictObject({ kind: z.literal('dropped') }),
]);
export type WebhookFault = z.infer<typeof WebhookFault>;

const Match = z.strictObject({
  /** `POST /v1/payment_intents/:id/capture`, with `*` for any letters; `*` alone is every request. */
  route: z.string().exactOptional(),
  /** The type of an event, with `*` for any letters. */
  event: z.string().exactOptional(),
  /** A part of the idempotency key. */
  key: z.string().exactOptional(),
  /** A part of the path or the body: an order's id, a reference. */
  contains: z.string().exactOptional(),
  /** Only these of the matching ones, counted from 1. */
  nth: z.union([z.int().positive(), z.array(z.int().positive())]).exactOptional(),
  /** How likely, by chance from the seed. */
  probability: z.number().min(0).max(1).exactOptional(),
  /** At most this often. */
  times: z.int().positive().exactOptional(),
  /** For this long in simulated time from when the rule was set. */
  lastsMs: z.int().positive().exactOptional(),
});

export const FaultRule = z.union([
  z.strictObject({ match: Match.extend({ route: z.string() }), fault: RequestFault }),
  z.strictObject({ match: Match.extend({ event: z.string() }), fault: WebhookFault }),
]);
export type FaultRule = z.infer<typeof FaultRule>;

/** What a rule sees of a request or of an event about to be sent. */
export type Occasion = { name: string; key?: string | undefined; text: string };

/** How far a rule has come: matching occasions seen, faults made of them, when it was set (simulated). */
export type Progress = { seen: number; hits: number; setAt: number };

/** Whether a rule speaks of this occasion at all. One that does counts it, whether it makes a fault of it or not. */
export function concerns({ match }: FaultRule, occasion: Occasion): boolean {
  const pattern = match.route ?? match.event ?? '';
  return (
    globOf(pattern).test(occasion.name) &&
    (match.key === undefined || occasion.key?.includes(match.key) === true) &&
    (match.contains === undefined || occasion.text.includes(match.contains))
  );
}

/** Whether the occasion that `progress.seen` counts last becomes a fault; the same seed decides the same. */
export function strikes({ match }: FaultRule, progress: Progress, now: number, seed: string): boolean {
  if (match.lastsMs !== undefined && now >= progress.setAt + match.lastsMs) return false;
  if (match.times !== undefined && progress.hits >= match.times) return false;
  if (match.nth !== undefined && ![match.nth].flat().includes(progress.seen)) return false;
  return match.probability === undefined || chance(`${seed}/${progress.seen}`) < match.probability;
}

/** A number from 0 to 1 that a text stands for: chance that can be repeated. */
export function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

function globOf(pattern: string): RegExp {
  const literal = pattern.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`);
}
