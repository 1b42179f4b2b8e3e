import { hash } from 'node:crypto';
import type { Caller } from '../caller/index.ts';
import type { ServiceError } from '../errors.ts';
import { readIdempotencyKey } from '../idempotency/idempotency-key.ts';
import type { Answer } from './answer.ts';
import { freeze, freezeProblem, type FrozenAnswer } from './frozen.ts';
import type { Route } from './route.ts';
import type { ServiceContext } from './state.ts';

/** A request that is to be done once for its key, as `/idempotency` needs it. */
export type KeyedRequest = {
  readonly key: string;
  /** `POST /orders`: on another route the same key means another thing. */
  readonly route: string;
  readonly caller: Caller;
  /** SHA-256 of what is asked for: the path, the query, and the body as its schema read it. */
  readonly hash: Buffer;
  freeze(answer: Answer): FrozenAnswer;
  freezeProblem(error: ServiceError): FrozenAnswer;
};

/** Null without a key, where the route lets that be. `of` has the caller and, by the time it is handled, the body. */
export function keyedRequest(
  ctx: ServiceContext,
  route: Route,
  { wish, of }: { wish: 'required' | 'optional'; of: { readonly caller: Caller; readonly body: unknown } },
): KeyedRequest | null {
  const header = ctx.req.headers['idempotency-key'];
  const key = readIdempotencyKey(Array.isArray(header) ? header.join(', ') : header, wish);
  if (key === null) return null;
  return {
    key,
    route: `${route.method} ${route.path}`,
    caller: of.caller,
    get hash() {
      return hash('sha256', JSON.stringify([ctx.path, ctx.querystring, of.body ?? null]), 'buffer');
    },
    freeze: (answer) => freeze(answer, route.response),
    freezeProblem: (error) => freezeProblem(error, ctx.state.request.requestId),
  };
}
