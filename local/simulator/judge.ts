import type { Dialect, Outcome, Parts, Refusal } from './dialect.ts';
import type { RequestFault } from './faults/rules.ts';
import type { Answer, Call } from './http/call.ts';
import type { Matched } from './http/router.ts';
import type { Verdict } from './http/server.ts';
import { randomId } from './objects.ts';

export type JudgeDeps = { parts: Parts; dialect: Dialect; latencyMs: () => number; done: () => void };

/** Not done at all, whatever the request would have been. */
const refusals: Partial<Record<RequestFault['kind'], Refusal>> = {
  conflict: 'conflict',
  'rate-limit': 'rate-limit',
  'error-before-commit': 'server-error',
};

/** Decides what comes of a request when it arrives; what it does, it does later, in one transaction with its journal entry. */
export function createJudge(deps: JudgeDeps): (call: Call) => Verdict {
  const { parts, dialect, latencyMs, done } = deps;
  const locks = new Set<string>();

  return (call) => {
    parts.alarms.ring(dialect.ring);
    const matched = dialect.match(call);
    const lock = dialect.lockOf(call);
    const fault = parts.faults.ofRequest({
      name: nameOf(call, matched),
      key: lock,
      // Few rules look at it.
      get text() {
        return textOf(call);
      },
    });
    const isBusy = lock !== undefined && locks.has(lock);
    if (lock !== undefined && !isBusy) locks.add(lock);
    const request: Judged = { call, matched, lock, fault, refusal: refusalOf(fault, isBusy, matched) };
    return {
      latencyMs: isBusy ? 0 : latencyMs(),
      fault,
      carryOut: () => parts.database.transaction(() => carryOut(deps, request)),
      finish() {
        if (lock !== undefined && !isBusy) locks.delete(lock);
        done();
      },
    };
  };
}

type Judged = {
  call: Call;
  matched: Matched<unknown> | undefined;
  lock: string | undefined;
  fault: RequestFault | undefined;
  refusal: Refusal | undefined;
};

function refusalOf(fault: RequestFault | undefined, isBusy: boolean, matched: unknown): Refusal | undefined {
  const asked = fault && refusals[fault.kind];
  if (asked) return asked;
  if (isBusy) return 'conflict';
  return matched ? undefined : 'not-found';
}

function carryOut({ parts, dialect }: JudgeDeps, { call, matched, lock, fault, refusal }: Judged): Answer {
  const requestId = randomId('req_', 14);
  const failsAfterCommit = fault?.kind === 'error-after-commit';
  const { answer, isReplay }: Outcome =
    matched && !refusal
      ? dialect.carryOut({ call, route: matched, requestId, failsAfterCommit, isRefused: fault?.kind === 'refused' })
      : { answer: dialect.refusal(refusal ?? 'not-found'), isReplay: false };
  parts.journal.note({
    requestId,
    method: call.method,
    path: call.path,
    route: nameOf(call, matched),
    key: lock ?? null,
    parameters: dialect.parametersOf(call),
    status: answer.status,
    fault: fault?.kind ?? null,
    isReplay,
  });
  return { ...answer, headers: { 'request-id': requestId, ...answer.headers } };
}

const nameOf = (call: Call, matched: Matched<unknown> | undefined): string =>
  matched?.name ?? `${call.method} ${call.path}`;

const textOf = (call: Call): string => `${call.path}?${readable(call.query.toString())}\n${readable(call.body)}`;

/** A form's words as a person would search for them. */
function readable(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
