import { ms, type Duration } from '@storefront/kit/time';

/** What may follow one after the other; `waitsFor` names the event that brings it on. */
export type StepOptions<Undo extends string> = {
  /** The order's state once it is done. */
  becomes?: string;
  /** Past this it is late: the truth is asked for once more, then the saga turns back. */
  within?: Duration;
  /** What takes it back. It must also do when nobody knows whether the step was done. */
  undo?: Undo;
  waitsFor?: string;
  /** A refusal parks the saga for a person instead of turning it back. */
  onRefusal?: 'needs-review';
  /** Once it is done nothing can be taken back. */
  isIrrevocable?: true;
  /** It may be begun before the step in front of it is written down: both can be done again, and what takes back one takes back both. */
  joinsPrevious?: true;
};
export type Step<Name extends string = string, Undo extends string = string> = {
  readonly name: Name;
  readonly isPivot: boolean;
} & Readonly<StepOptions<Undo>>;
export type Saga = readonly Step[];

export function step<const Name extends string, const Undo extends string = never>(
  name: Name,
  options: StepOptions<Undo> = {},
): Step<Name, Undo> {
  return { name, isPivot: false, ...options };
}

/** Once it is done the saga goes only forward, unless somebody wishes otherwise. */
export function pivot<const Name extends string, const Undo extends string = never>(
  name: Name,
  options: StepOptions<Undo> = {},
): Step<Name, Undo> {
  return { name, isPivot: true, ...options };
}

/** Steps in their order. Names are unique, also over the sagas that follow each other. */
export function saga<const Steps extends Saga>(steps: Steps): Steps {
  const names = steps.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`a saga has a step twice: ${names.join(', ')}`);
  return steps;
}

type NamesIn<Steps extends Saga> = Steps[number]['name'] | NonNullable<Steps[number]['undo']>;

/** One act for each name of a saga, its undoings too: no name without its act, no act too many. */
export type ActsOf<Steps extends Saga, Act> = { readonly [Name in NamesIn<Steps>]: Act };

/** What came of an act, or of a look at what it asked for. */
export type Outcome =
  | { kind: 'done' }
  /** An event, or a person, is awaited; unless that comes it is looked at again after so long, and then less and less often. */
  | { kind: 'waiting'; lookAfter: Duration }
  /** Nobody knows, or nobody answers: the same again later. */
  | { kind: 'again'; reason: string }
  | { kind: 'refused'; reason: string };

/** Where one saga of one order stands: what it does now, and when it is looked at next. A row of its own. */
export type Run = {
  readonly saga: string;
  /** A step, or while it goes back the name of an undoing. */
  readonly step: string;
  /** Rises when a step is entered anew after the saga had turned. */
  readonly attempt: number;
  readonly status: 'open' | 'parked';
  /** The step at which it turned; null while it goes forward. */
  readonly turnedFrom: string | null;
  readonly tries: number;
  readonly dueAt: Date;
  readonly deadlineAt: Date | null;
};

/** What an outcome makes of a run. `reached` is the state of a step that is done now. */
export type Verdict =
  | { kind: 'stays'; run: Run }
  | { kind: 'advanced'; run: Run; reached: string | undefined }
  | { kind: 'turned'; run: Run; reason: string }
  | { kind: 'resumed'; run: Run; reason: string }
  | { kind: 'parked'; run: Run; reason: string }
  | { kind: 'completed'; reached: string | undefined }
  | { kind: 'compensated'; reason: string };

const longestPauseMs = ms('10m');
const parkedPauseMs = ms('1d');
/** An undoing that takes longer is told to a person; it goes on. */
const undoWithinMs = ms('2d');

/** The run at its first step, due at once. */
export function begin(steps: Saga, name: string, now: Date): Run {
  return enter(steps[0] as Step, { saga: name, attempt: 1, now });
}

/** What becomes of the run. `isLate` and what follows from it is decided here, so an act needs no clock. */
export function conclude(steps: Saga, run: Run, outcome: Outcome, now: Date): Verdict {
  return run.turnedFrom === null ? forward(steps, run, outcome, now) : backward(steps, run, outcome, now);
}

/** Turns the saga: the step that it is at is taken back too, for nobody knows whether it was done. Undefined when that is too late. */
export function turnBack(steps: Saga, run: Run, reason: string, now: Date): Verdict | undefined {
  if (run.turnedFrom !== null || !isRevocable(steps, run)) return undefined;
  return turned(steps, run, reason, now);
}

/** Whether a wish to cancel can still be met. */
export function isRevocable(steps: Saga, run: Run): boolean {
  const at = run.turnedFrom ?? run.step;
  return !steps.slice(0, indexOf(steps, at)).some(({ isIrrevocable }) => isIrrevocable);
}

/** What takes back what was done until that step, itself included: the newest first, each once. */
export function undosFrom(steps: Saga, at: string): string[] {
  const undos = steps.slice(0, indexOf(steps, at) + 1).flatMap(({ undo }) => undo ?? []);
  return [...new Set(undos.toReversed())];
}

/** The step that a run has come to, going forward, if it is begun together with the one in front of it. */
export function joined(steps: Saga, run: Run): Step | undefined {
  if (run.turnedFrom !== null || run.status !== 'open') return undefined;
  const step = steps[indexOf(steps, run.step)];
  return step?.joinsPrevious ? step : undefined;
}

export function isLate({ deadlineAt }: Run, now: Date): boolean {
  return deadlineAt !== null && deadlineAt <= now;
}

function forward(steps: Saga, run: Run, outcome: Outcome, now: Date): Verdict {
  const index = indexOf(steps, run.step);
  if (outcome.kind === 'done') return advanced(steps, run, index, now);
  const isBeforePivot = !steps.slice(0, index).some(({ isPivot }) => isPivot);
  if (isLate(run, now)) return isBeforePivot ? turned(steps, run, 'late', now) : parked(run, 'late', now);
  if (run.status === 'parked') return parked(run, 'needs-review', now);
  if (outcome.kind !== 'refused') return { kind: 'stays', run: later(run, outcome, now) };
  if (!isBeforePivot || steps[index]?.onRefusal) return parked(run, outcome.reason, now);
  // The first step refused: nothing has been done that could be taken back.
  if (index === 0) return { kind: 'compensated', reason: outcome.reason };
  return turned(steps, run, outcome.reason, now);
}

function backward(steps: Saga, run: Run, outcome: Outcome, now: Date): Verdict {
  const from = run.turnedFrom as string;
  const undos = undosFrom(steps, from);
  const index = undos.indexOf(run.step);
  if (outcome.kind === 'done') {
    const next = undos[index + 1];
    if (next === undefined) return { kind: 'compensated', reason: 'undone' };
    return { kind: 'advanced', run: { ...run, ...undoing(next, now) }, reached: undefined };
  }
  if (outcome.kind !== 'refused')
    return isLate(run, now) ? parked(run, 'late', now) : { kind: 'stays', run: later(run, outcome, now) };
  if (index > 0) return parked(run, outcome.reason, now);
  // Nothing was taken back yet, so it can go on where it was.
  const resumed = enter(steps[indexOf(steps, from)] as Step, { saga: run.saga, attempt: run.attempt + 1, now });
  return { kind: 'resumed', run: resumed, reason: outcome.reason };
}

function advanced(steps: Saga, run: Run, index: number, now: Date): Verdict {
  const reached = steps[index]?.becomes;
  const next = steps[index + 1];
  if (!next) return { kind: 'completed', reached };
  return { kind: 'advanced', run: enter(next, { saga: run.saga, attempt: run.attempt, now }), reached };
}

function turned(steps: Saga, run: Run, reason: string, now: Date): Verdict {
  const [undo] = undosFrom(steps, run.step);
  if (undo === undefined) return { kind: 'compensated', reason };
  return { kind: 'turned', run: { ...run, ...undoing(undo, now), turnedFrom: run.step }, reason };
}

const undoing = (step: string, now: Date) =>
  ({ step, status: 'open', tries: 0, dueAt: now, deadlineAt: after(now, undoWithinMs) }) as const;

/**
 * It keeps its deadline: nobody who comes by that long, and it turns back by itself. What is taken back already is tried again each day.
 */
function parked(run: Run, reason: string, now: Date): Verdict {
  const isForward = run.turnedFrom === null;
  const dueAt = isForward && run.deadlineAt && run.deadlineAt > now ? run.deadlineAt : after(now, parkedPauseMs);
  const isAlready = run.status === 'parked';
  const next: Run = { ...run, status: 'parked', dueAt };
  return isAlready ? { kind: 'stays', run: next } : { kind: 'parked', run: next, reason };
}

function enter({ name, within }: Step, { saga: of, attempt, now }: { saga: string; attempt: number; now: Date }): Run {
  const deadlineAt = within === undefined ? null : after(now, ms(within));
  return { saga: of, step: name, attempt, status: 'open', turnedFrom: null, tries: 0, dueAt: now, deadlineAt };
}

/** Twice as long each time, but never past the deadline. */
function later(run: Run, outcome: Extract<Outcome, { kind: 'waiting' | 'again' }>, now: Date): Run {
  const firstMs = outcome.kind === 'waiting' ? ms(outcome.lookAfter) : 1_000;
  const pauseMs = Math.min(firstMs * 2 ** Math.min(run.tries, 20), Math.max(firstMs, longestPauseMs));
  const dueAt = after(now, pauseMs);
  const isPast = run.deadlineAt !== null && dueAt > run.deadlineAt;
  return { ...run, tries: run.tries + 1, dueAt: isPast ? (run.deadlineAt as Date) : dueAt };
}

function indexOf(steps: Saga, name: string): number {
  const index = steps.findIndex((one) => one.name === name);
  if (index < 0) throw new RangeError(`no step of this saga is called ${name}`);
  return index;
}

const after = (now: Date, forMs: number): Date => new Date(now.getTime() + forMs);
