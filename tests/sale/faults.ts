/** What may go wrong at Stripe and at the carrier (`local/simulator`): rules as their control API takes them. */
import { request } from 'undici';

import type { Ledger } from '../auditor/target.ts';

export type FaultRule = {
  match: { route?: string; event?: string; probability?: number; times?: number; lastsMs?: number };
  fault: { kind: string; [parameter: string]: unknown };
};

const ofSome = (probability: number, kind: string, parameters: object = {}): FaultRule => ({
  match: { route: 'POST *', probability },
  fault: { kind, ...parameters },
});
const ofSomeWebhooks = (probability: number, kind: string, parameters: object = {}): FaultRule => ({
  match: { event: '*', probability },
  fault: { kind, ...parameters },
});

/** By what happens. Each strikes about every third request, so that none of a sale's steps is spared for long. */
export const troubles: Readonly<Record<string, FaultRule[]>> = {
  'answers are lost after the work was done': [ofSome(0.3, 'lost-response')],
  'answers are errors after the work was done': [ofSome(0.2, 'error-after-commit')],
  'answers are errors and nothing was done': [ofSome(0.3, 'error-before-commit')],
  'answers take half a minute': [ofSome(0.05, 'hang', { forMs: 30_000 })],
  'keys are in use': [ofSome(0.3, 'conflict')],
  'too much is asked': [ofSome(0.3, 'rate-limit')],
  'webhooks come twice, late and in another order': [
    ofSomeWebhooks(0.3, 'duplicate', { copies: 3 }),
    ofSomeWebhooks(0.3, 'late', { byMs: 5_000 }),
    ofSomeWebhooks(0.3, 'reordered', { withinMs: 3_000 }),
  ],
  'webhooks do not come': [ofSomeWebhooks(1, 'dropped')],
  'webhooks are forged': [
    ofSomeWebhooks(1, 'forged', { how: 'secret' }),
    ofSomeWebhooks(1, 'forged', { how: 'body' }),
    ofSomeWebhooks(1, 'forged', { how: 'replay' }),
  ],
};

/** From now on; none to end them. */
export function setFaults(vendor: Ledger, rules: readonly FaultRule[]): Promise<void> {
  return put(vendor, 'faults', rules);
}

export function advanceClock(vendor: Ledger, advanceMs: number): Promise<void> {
  return put(vendor, 'clock', { advanceMs });
}

async function put({ url, token }: Ledger, path: string, body: unknown): Promise<void> {
  const answer = await request(`${url}/${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${url}/${path}: ${answer.statusCode} ${text}`);
}
