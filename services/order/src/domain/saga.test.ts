import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { checkout } from './checkout.ts';
import { purchase } from './purchase.ts';
import { begin, conclude, isRevocable, saga, step, turnBack, undosFrom } from './saga.ts';
import type { ActsOf, Outcome, Run, Saga, Verdict } from './saga.ts';

const start = new Date('2026-01-01T00:00:00Z');
const later = (ms: number, from = start) => new Date(from.getTime() + ms);

describe('the acts of a saga', () => {
  it('have a name each, undoings too: one too few or too many does not compile', () => {
    const all: ActsOf<typeof checkout, number> = {
      'reserve-stock': 1,
      authorize: 1,
      'claim-stock': 1,
      'release-stock': 1,
      'cancel-payment': 1,
    };
    // @ts-expect-error one is missing
    const few: ActsOf<typeof checkout, number> = { 'reserve-stock': 1, authorize: 1, 'claim-stock': 1 };
    // @ts-expect-error one is not a name of this saga
    const many: ActsOf<typeof checkout, number> = { ...all, 'feed-cat': 1 };
    expect([all, few, many]).toHaveLength(3);
  });

  it('cannot share a name', () => expect(() => saga([step('a'), step('a')])).toThrow('twice'));
});

describe('what is taken back', () => {
  it('is the newest first, each once, and the step that may have been done too', () => {
    expect(undosFrom(purchase, 'reserve-stock')).toEqual(['release-stock']);
    expect(undosFrom(purchase, 'authorize')).toEqual(['cancel-payment', 'release-stock']);
    expect(undosFrom(purchase, 'buy-label')).toEqual(['void-label', 'release-stock', 'cancel-payment']);
    expect(undosFrom(purchase, 'hand-over')).toEqual([
      'void-label',
      'refund-payment',
      'release-stock',
      'cancel-payment',
    ]);
  });

  it('is nothing when the first step refuses', () => {
    const run = begin(purchase, 'order', start);
    expect(conclude(purchase, run, { kind: 'refused', reason: 'out-of-stock' }, start)).toEqual({
      kind: 'compensated',
      reason: 'out-of-stock',
    });
  });

  it('goes on where it was when the first undoing is refused', () => {
    const run: Run = { ...begin(purchase, 'order', start), step: 'hand-over', deadlineAt: null };
    const turned = runOf(turnBack(purchase, run, 'customer', start));
    expect(turned).toMatchObject({ step: 'void-label', turnedFrom: 'hand-over' });
    const verdict = conclude(purchase, turned, { kind: 'refused', reason: 'handed-over' }, start);
    expect(verdict).toMatchObject({ kind: 'resumed', run: { step: 'hand-over', turnedFrom: null, attempt: 2 } });
  });
});

describe('a step', () => {
  it('is tried again after longer and longer pauses, the last time at its deadline', () => {
    let run = begin(purchase, 'order', start);
    const dueAfter: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const now = run.dueAt;
      run = runOf(conclude(purchase, run, { kind: 'again', reason: 'away' }, now));
      dueAfter.push(run.dueAt.getTime() - now.getTime());
    }
    expect(dueAfter).toEqual([1_000, 2_000, 4_000, 8_000, 15_000]);
    const late = conclude(purchase, run, { kind: 'again', reason: 'away' }, run.dueAt);
    expect(late).toMatchObject({ kind: 'turned', run: { step: 'release-stock', turnedFrom: 'reserve-stock' } });
  });

  it('that was done counts as done, however late that is found out', () => {
    const run = begin(purchase, 'order', start);
    expect(conclude(purchase, run, { kind: 'done' }, later(1e9))).toMatchObject({
      kind: 'advanced',
      reached: 'stock-reserved',
    });
  });

  it('that waits for a person keeps its deadline, and then turns back', () => {
    const run: Run = { ...begin(purchase, 'order', start), step: 'buy-label', deadlineAt: later(1_000) };
    const parked = conclude(purchase, run, { kind: 'refused', reason: 'address' }, start);
    expect(parked).toMatchObject({ kind: 'parked', run: { status: 'parked', dueAt: later(1_000) } });
    const late = conclude(purchase, runOf(parked), { kind: 'again', reason: 'parked' }, later(1_000));
    expect(late).toMatchObject({ kind: 'turned', run: { step: 'void-label', status: 'open' } });
  });

  it('that takes back is told to a person after two days, and tried again each day for as long as it takes', () => {
    const days = (count: number) => later(count * 86_400_000);
    const captured: Run = { ...begin(purchase, 'order', start), step: 'hand-over', deadlineAt: null };
    const voided = conclude(purchase, runOf(turnBack(purchase, captured, 'customer', start)), { kind: 'done' }, start);
    const refunding = runOf(voided);
    expect(refunding).toMatchObject({ step: 'refund-payment', deadlineAt: days(2) });
    const late = conclude(purchase, refunding, { kind: 'waiting', lookAfter: '30s' }, days(2));
    expect(late).toMatchObject({ kind: 'parked', reason: 'late', run: { dueAt: days(3) } });
    const again = conclude(purchase, runOf(late), { kind: 'again', reason: 'away' }, days(3));
    expect(again).toMatchObject({ kind: 'stays', run: { status: 'parked', dueAt: days(4) } });
    const refused = conclude(purchase, refunding, { kind: 'refused', reason: 'refund-failed' }, start);
    expect(refused).toMatchObject({ kind: 'parked', run: { dueAt: days(1) } });
  });
});

/** What happens while a saga runs; `lost`: the act was done, and the process died before it was written down. */
type Happening =
  | { kind: 'outcome'; outcome: Outcome['kind']; isDone: boolean }
  | { kind: 'lost' }
  | { kind: 'wish' }
  | { kind: 'pause'; ms: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('outcome' as const),
      outcome: fc.constantFrom(
        'done' as const,
        'done' as const,
        'waiting' as const,
        'again' as const,
        'refused' as const,
      ),
      isDone: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'lost' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'wish' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.integer({ min: 0, max: 7e8 }) }) },
);

describe('a saga', () => {
  it('ends, with all of it done or all of it taken back, whatever happens on its way', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const world = new World(purchase);
        for (const one of happenings) if (!world.isOver) world.meet(one);
        world.finish();
        expect(world.problems()).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

const outcomes: Record<Outcome['kind'], Outcome> = {
  done: { kind: 'done' },
  again: { kind: 'again', reason: 'away' },
  waiting: { kind: 'waiting', lookAfter: '1h' },
  refused: { kind: 'refused', reason: 'no' },
};

/** Participants that do everything once, and a store that holds the run; only what is stored survives. */
class World {
  readonly #steps: Saga;
  readonly #effects = new Set<string>();
  readonly #undone = new Set<string>();
  #run: Run | undefined;
  #now = start;
  #end: Verdict['kind'] | undefined;

  constructor(steps: Saga) {
    this.#steps = steps;
    this.#run = begin(steps, 'order', this.#now);
  }

  get isOver(): boolean {
    return this.#run === undefined;
  }

  meet(one: Happening): void {
    if (one.kind === 'pause') this.#now = later(one.ms, this.#now);
    else if (one.kind === 'wish') this.#wish();
    else if (one.kind === 'lost') this.#act(true);
    else this.#attempt(one);
  }

  /** From here on everybody is well again. */
  finish(): void {
    for (let index = 0; index < 50 && this.#run; index += 1) {
      this.#now = new Date(Math.max(this.#now.getTime(), this.#run.dueAt.getTime()));
      const isParked = this.#run.status === 'parked' && this.#run.turnedFrom === null;
      if (isParked && isRevocable(this.#steps, this.#run)) this.#wish();
      else this.#attempt({ outcome: 'done', isDone: true });
    }
  }

  problems(): string[] {
    const undoable = this.#steps.filter(({ undo }) => undo !== undefined).map(({ name }) => name);
    if (this.#run) return [`it never ends: ${JSON.stringify(this.#run)}`];
    if (this.#end === 'completed')
      return this.#steps.filter(({ name }) => !this.#effects.has(name)).map(({ name }) => `${name} was left out`);
    return undoable.filter((name) => this.#effects.has(name)).map((name) => `${name} was not taken back`);
  }

  #wish(): void {
    const verdict = this.#run && turnBack(this.#steps, this.#run, 'customer', this.#now);
    if (verdict) this.#store(verdict);
  }

  #attempt({ outcome, isDone }: { outcome: Outcome['kind']; isDone: boolean }): void {
    const run = this.#run as Run;
    // Nobody does anything for who waits for a person.
    if (run.status === 'parked' && run.turnedFrom === null && !isDone) return;
    // Who refuses has done nothing; who does not answer may have done it.
    this.#act(outcome === 'done' || (outcome === 'again' && isDone));
    const came = outcome === 'refused' && !this.#mayRefuse(run) ? outcomes.again : outcomes[outcome];
    this.#store(conclude(this.#steps, run, came, this.#now));
  }

  /** Idempotent participants do not refuse what they have done, and what has left the house arrives in the end. */
  #mayRefuse(run: Run): boolean {
    const isDone = run.turnedFrom === null ? this.#effects.has(run.step) : this.#undone.has(this.#keyOf(run));
    return !isDone && isRevocable(this.#steps, run) && run.step !== 'hand-over';
  }

  #act(isDone: boolean): void {
    const run = this.#run as Run;
    if (!isDone) return;
    if (run.turnedFrom === null) this.#effects.add(run.step);
    else {
      this.#undone.add(this.#keyOf(run));
      for (const { name, undo } of this.#steps) if (undo === run.step) this.#effects.delete(name);
    }
  }

  #keyOf({ step: name, attempt }: Run): string {
    return `${name} ${attempt}`;
  }

  #store(verdict: Verdict): void {
    this.#run = 'run' in verdict ? verdict.run : undefined;
    if (!this.#run) this.#end = verdict.kind;
  }
}

function runOf(verdict: Verdict | undefined): Run {
  if (!verdict || !('run' in verdict)) throw new Error('the saga is over');
  return verdict.run;
}
