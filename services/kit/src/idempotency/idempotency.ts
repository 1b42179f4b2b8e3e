import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from '../errors.ts';
import { replyFrozen, type Answer } from '../http/answer.ts';
import type { KeyedRequest } from '../http/keyed-request.ts';
import type { Shards } from '../postgres/shards.ts';
import type { Part } from '../postgres/parts.ts';
import type { BucketTransaction, OwnTransaction } from '../postgres/transact.ts';
import {
  claimingKey,
  claimKey,
  inProgress,
  isRunning,
  isTaken,
  keepAnswer,
  keepingAnswer,
  leaseMs,
  refuseLocked,
  releaseKey,
  type KeyName,
} from './key-store.ts';
import type { IdempotencyTable } from './table.ts';

/** Whose request it is: the bucket of the buyer, and the buyer, who is the caller unless given. */
export type Requester = { bucket: number; buyer?: string };

/** What is kept for the key: an answer, or a refusal that is final. */
export type Keep<Tables, Body> = {
  (tx: BucketTransaction<Tables>, answer: Answer<Body> | ServiceError): Promise<Answer<Body>>;
  /**
   * The same as part of the statement of its last effect, which must not write a row unless this part returned one: somebody else has
   * kept an answer then. `answer` counts once that is committed.
   */
  along(answer: Answer<Body> | ServiceError): { part: Part<Tables>; answer: Answer<Body> };
};

export type Phases<Tables, State, Body> = {
  /**
   * Tried first: `begin` of a request whose key nobody has had, with the taking of it as part of its only statement. Undefined, or a final
   * refusal, where that cannot be, with nothing written: then `begin` decides.
   */
  beginFresh?: (tx: OwnTransaction<Tables>, taking: Part<Tables>) => Promise<State | undefined>;
  /**
   * In the transaction that takes the key. `isResumed`: an earlier request with the key committed this phase and did not
   * come to its end, so what it wrote is there.
   */
  begin: (tx: OwnTransaction<Tables>, progress: { isResumed: boolean }) => Promise<State>;
  /** After the commit, with whatever calls it takes; ends with `keep`, in the transaction of its last effect. */
  finish: (state: State, keep: Keep<Tables, Body>) => Promise<Answer<Body>>;
};

export type Idempotency<Tables> = {
  /**
   * Answers a request once for its key: `work` and its answer are one transaction, and whoever repeats the request gets the same
   * bytes, with `Idempotent-Replayed: true`. Kept for 48 hours: what succeeds, and refusals that are final (4xx that does not say
   * to try again, nor that something is not there); after 5xx the same key does the work. Another request with the key is 422, one that comes
   * while the first is being answered waits 2 s and is 409 then; after 48 hours it is 409 `key-expired`, for a month.
   */
  once<Body>(
    request: KeyedRequest,
    requester: Requester,
    work: (tx: BucketTransaction<Tables>) => Promise<Answer<Body>>,
  ): Promise<Answer<Body>>;
  /** The same for work that is more than one transaction: nobody else begins or resumes it within 30 s. */
  onceInPhases<State, Body>(
    request: KeyedRequest,
    requester: Requester,
    phases: Phases<Tables, State, Body>,
  ): Promise<Answer<Body>>;
};

const maxWaitMs = 2_000;
const pollMs = 50;

export function createIdempotency<Tables extends Keys>(shards: Shards<Tables>): Idempotency<Tables> {
  const ahead: Ahead = new Map();
  return {
    once(request, requester, work) {
      const keyed = { shards, request, name: nameOf(request, requester) };
      return waiting(keyed, ahead, () => inOneTransaction(keyed, work));
    },
    onceInPhases(request, requester, phases) {
      const keyed = { shards, request, name: nameOf(request, requester) };
      return waiting(keyed, ahead, () => inPhases(keyed, phases));
    },
  };
}

/** Requests of this process by key: those behind them wait without a connection, so that nobody can take them all by one button. */
type Ahead = Map<string, { end: Promise<void>; since: number }>;
type Keys = { idempotency: IdempotencyTable };
type Keyed<Tables> = { shards: Shards<Tables>; request: KeyedRequest; name: KeyName };

function inOneTransaction<Tables>(
  keyed: Keyed<Tables>,
  work: (tx: BucketTransaction<Tables>) => Promise<Answer>,
): Promise<Answer<never>> {
  const { shards, request, name } = keyed;
  const answer = shards.withBucket(name.bucket, async (tx) => {
    const claim = await claimKey(tx, name, request.hash);
    if (claim.state === 'done') return replyFrozen(claim.answer, { isReplay: true });
    return replyFrozen(await keepAnswer(tx, name, request.freeze(await work(tx))));
  });
  return answer.catch((error: unknown) => keepRefusal(keyed, error));
}

async function inPhases<Tables, State, Body>(
  keyed: Keyed<Tables>,
  phases: Phases<Tables, State, Body>,
): Promise<Answer<Body>> {
  const { shards, request, name } = keyed;
  const begun = await beginning(keyed, phases).catch(async (error: unknown) => ({
    answer: await keepRefusal(keyed, error),
  }));
  if ('answer' in begun) return begun.answer;

  const keep = keepingFor<Tables, Body>(request, name);
  try {
    return await phases.finish(begun.state, keep);
  } catch (error) {
    if (isFinal(error)) return await shards.withBucket(name.bucket, (tx) => keep(tx, error));
    await shards.withBucket(name.bucket, (tx) => releaseKey(tx, name)).catch(() => {});
    throw error;
  }
}

type Begun<State> = { state: State } | { answer: Answer<never> };

async function beginning<Tables, State>(
  { shards, request, name }: Keyed<Tables>,
  { begin, beginFresh }: Pick<Phases<Tables, State, never>, 'begin' | 'beginFresh'>,
): Promise<Begun<State>> {
  const taking = claimingKey<Tables>(name, request.hash);
  const fresh = beginFresh && (await unlessDecided(shards.withBucket(name.bucket, (tx) => beginFresh(tx, taking))));
  if (fresh !== undefined) return { state: fresh };
  return shards.withBucket(name.bucket, async (tx): Promise<Begun<State>> => {
    const claim = await claimKey(tx, name, request.hash);
    if (claim.state === 'done') return { answer: replyFrozen(claim.answer, { isReplay: true }) };
    return { state: await begin(tx, { isResumed: claim.isResumed }) };
  });
}

/** A refusal that is final is kept by `begin`, which knows whether the key is somebody's already. */
async function unlessDecided<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    return isTaken(error) || isFinal(error) ? undefined : refuseLocked(error);
  }
}

function keepingFor<Tables, Body>(request: KeyedRequest, name: KeyName): Keep<Tables, Body> {
  const frozen = (answer: Answer<Body> | ServiceError) =>
    answer instanceof ServiceError ? request.freezeProblem(answer) : request.freeze(answer);
  const keep = async (tx: BucketTransaction<Tables>, answer: Answer<Body> | ServiceError) =>
    replyFrozen(await keepAnswer(tx, name, frozen(answer)));
  return Object.assign(keep, {
    along(answer: Answer<Body> | ServiceError) {
      const kept = frozen(answer);
      return { part: keepingAnswer<Tables>(name, kept), answer: replyFrozen(kept) };
    },
  });
}

/** What is kept of an error for the key, if it is final; else it is thrown. */
async function keepRefusal<Tables>({ shards, request, name }: Keyed<Tables>, error: unknown): Promise<Answer<never>> {
  if (!isFinal(error)) throw error;
  const answer = await shards.withBucket(name.bucket, async (tx) => {
    const claim = await claimKey(tx, name, request.hash);
    return claim.state === 'done' ? claim.answer : keepAnswer(tx, name, request.freezeProblem(error));
  });
  return replyFrozen(answer);
}

/** Does it, and again when the request that it had to wait for is over. */
async function waiting<Tables, Body>(
  { shards, name }: Keyed<Tables>,
  ahead: Ahead,
  work: () => Promise<Answer<Body>>,
): Promise<Answer<Body>> {
  const deadline = performance.now() + maxWaitMs;
  const id = JSON.stringify(name);
  const before = ahead.get(id);
  const isAhead = before !== undefined && performance.now() - before.since < leaseMs;
  if (isAhead && !(await isOver(before.end, maxWaitMs))) throw inProgress();
  for (;;) {
    try {
      return await leading(ahead, id, work);
    } catch (error) {
      if (!isInProgress(error) || performance.now() > deadline) throw error;
      await untilAnswered(shards, name, deadline);
    }
  }
}

function leading<Result>(ahead: Ahead, id: string, work: () => Promise<Result>): Promise<Result> {
  const result = work();
  const end = result.then(
    () => {},
    () => {},
  );
  ahead.set(id, { end, since: performance.now() });
  void end.then(() => ahead.get(id)?.end === end && ahead.delete(id));
  return result;
}

async function isOver(work: Promise<void>, withinMs: number): Promise<boolean> {
  const patience = new AbortController();
  const late = pause(withinMs, false, { signal: patience.signal }).catch(() => false);
  return Promise.race([work.then(() => true), late]).finally(() => patience.abort());
}

async function untilAnswered<Tables>(shards: Shards<Tables>, name: KeyName, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    await pause(pollMs);
    if (!(await shards.read(name.bucket, (db) => isRunning(db, name)))) return;
  }
}

/** Without a buyer nobody could be told from anybody else, so a guest's has to be named. */
function nameOf({ key, route, caller }: KeyedRequest, { bucket, buyer }: Requester): KeyName {
  const who = buyer ?? (caller.sub === '' ? undefined : `${caller.kind} ${caller.sub}`);
  if (who === undefined) throw new Error(`${route}: a request by nobody in particular needs a buyer for its key`);
  return { bucket, scope: `${route} ${who}`, key };
}

/**
 * Refusals that will not be other ones later, for the same caller: neither of who it is nor of what else is going on. What was not found
 * did nothing, so its key is worth no row: a program with a wrong id would write one for each request.
 */
function isFinal(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError) || error.details.retryAfter !== undefined) return false;
  return error.status >= 400 && error.status < 500 && ![401, 403, 404, 408, 425, 429].includes(error.status);
}

function isInProgress(error: unknown): boolean {
  return error instanceof ServiceError && error.code === inProgress().code;
}
