import type { WebhookFault } from '../faults/rules.ts';

/** One way an event goes out: after how many simulated milliseconds, and whether as a forgery. */
export type Sending = { afterMs: number; forgery: Forgery | null };
export type Forgery = Extract<WebhookFault, { kind: 'forged' }>['how'];

/** What the faults that struck make of one event for one receiver. `random` gives numbers from 0 to 1. */
export function planSendings(faults: readonly WebhookFault[], random: () => number): Sending[] {
  return faults.reduce<Sending[]>(
    (sendings, fault) => distort(sendings, fault, random),
    [{ afterMs: 0, forgery: null }],
  );
}

function distort(sendings: Sending[], fault: WebhookFault, random: () => number): Sending[] {
  const later = (by: () => number) => sendings.map((sending) => ({ ...sending, afterMs: sending.afterMs + by() }));
  switch (fault.kind) {
    case 'duplicate':
      return sendings.flatMap((sending) => Array.from({ length: fault.copies }, () => sending));
    case 'late':
      return later(() => fault.byMs);
    case 'reordered':
      return later(() => Math.floor(random() * fault.withinMs));
    case 'forged':
      return [...sendings, { afterMs: 0, forgery: fault.how }];
    case 'dropped':
      return sendings.filter(({ forgery }) => forgery !== null);
  }
}

/** After a refused try: the wait before the next, which doubles up to a limit; undefined once the receiver had its time. */
export function nextTry(attempts: number, sinceFirstMs: number, policy: RetryPolicy): number | undefined {
  const wait = Math.min(policy.firstMs * 2 ** (attempts - 1), policy.longestMs);
  return sinceFirstMs + wait > policy.forMs ? undefined : wait;
}

/** Simulated milliseconds. */
export type RetryPolicy = { firstMs: number; longestMs: number; forMs: number };
