import { request } from 'undici';

import type { Ledger } from '../auditor/target.ts';

/** What `path` is asked or told, behind the simulator's own address. */
export type Command = { method?: 'GET' | 'PUT' | 'POST'; path: string; body?: unknown };

/** The control API of a simulator; throws at an answer that is not 200. */
export async function control<Result>({ url, token }: Ledger, { method = 'GET', path, body }: Command) {
  const answer = await request(`${url}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${url}/${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text) as Result;
}
