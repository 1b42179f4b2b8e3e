import { serviceErrorOf } from '../../http/problem.ts';

export type Flaw = 'malformed' | 'unknown-type' | 'unknown-version' | 'invalid-data' | 'refused';

/** Thrown for a message that no repetition makes right: it becomes a dead letter at once, for a person to look at. */
export class UnprocessableMessage extends Error {
  readonly flaw: Flaw;

  constructor(flaw: Flaw, message: string) {
    super(message);
    this.name = 'UnprocessableMessage';
    this.flaw = flaw;
  }
}

/** What becomes of a message: gone; again, uncounted, since it is not its fault; again, counted; a dead letter. */
export type Fate = 'done' | 'busy' | 'failed' | 'dead';

/**
 * Counted failures end in a dead letter within seconds, so what an outage causes must not be counted: a store or a service
 * that is away or overloaded.
 */
export function fateOf(error: unknown): Exclude<Fate, 'done'> {
  if (error instanceof UnprocessableMessage) return 'dead';
  const kind = serviceErrorOf(error)?.kind;
  return kind === 'unavailable' || kind === 'too-many' ? 'busy' : 'failed';
}
