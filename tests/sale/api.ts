import { once } from 'node:events';
import { request as open } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { Agent, request } from 'undici';

/** One request to the shop's public API. */
export type Ask = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Of a cart, an order or the merchant. */
  token?: string;
  /** `Idempotency-Key`. */
  key?: string;
  body?: object;
};

export type Reply<Body = unknown> = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** As it came, byte for byte. */
  text: string;
  body: Body;
};

export type Api = {
  url: string;
  ask<Body = unknown>(ask: Ask): Promise<Reply<Body>>;
  /** As a careful program does: what may be tried again is, with the same key, until there is an answer that stands. */
  insist<Body = unknown>(ask: Ask, options?: { withinMs?: number }): Promise<Reply<Body>>;
  close(): Promise<void>;
};

/** Talks to the shop from one address, or from several in turn: a budget of requests is one address's. */
export function openApi(url: string, sources: readonly string[] = []): Api {
  const agents = (sources.length > 0 ? sources : [undefined]).map(
    (localAddress) => new Agent({ connections: 256, ...(localAddress ? { localAddress } : {}) }),
  );
  let next = 0;

  async function ask<Body>({ method = 'GET', path, token, key, body }: Ask): Promise<Reply<Body>> {
    const answer = await request(url + path, {
      method,
      dispatcher: agents[next++ % agents.length] as Agent,
      headers: headersOf({ token, key, body }),
      ...(body && { body: JSON.stringify(body) }),
      headersTimeout: 30_000,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, body: bodyOf<Body>(text) };
  }

  return {
    url,
    ask,
    async insist<Body>(given: Ask, { withinMs = 60_000 } = {}) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const reply = await ask<Body>(given).catch((error: unknown) => error as Error);
        const isLate = performance.now() > deadline;
        if (reply instanceof Error) {
          if (isLate) throw reply;
          await pause(200 + Math.random() * 300);
        } else if (!mayBeRepeated(reply) || isLate) return reply;
        else await pause(Number(reply.headers['retry-after'] ?? 1) * 1_000 * (0.5 + Math.random()));
      }
    },
    close: async () => void (await Promise.all(agents.map((agent) => agent.destroy()))),
  };
}

const headersOf = ({ token, key, body }: { [Name in 'token' | 'key' | 'body']: Ask[Name] | undefined }) => ({
  ...(token && { authorization: `Bearer ${token}` }),
  ...(key && { 'idempotency-key': `"${key}"` }),
  ...(body && { 'content-type': 'application/json' }),
});

/** Sends it whole and breaks the connection so long after; answers whether the reply had begun by then. */
export async function sendAndLeave(url: string, ask: Ask, afterMs: number): Promise<boolean> {
  const { method = 'GET', path, token, key, body } = ask;
  const sending = open(url + path, { method, agent: false, headers: headersOf({ token, key, body }) });
  let isAnswered = false;
  sending.on('response', () => (isAnswered = true)).on('error', () => undefined);
  sending.end(body && JSON.stringify(body));
  await once(sending, 'finish');
  await pause(afterMs);
  sending.destroy();
  return isAnswered;
}

/** A 409 that says when to come back is a first request that still runs. */
const mayBeRepeated = ({ status, headers }: Reply): boolean =>
  status === 429 || status >= 500 || (status === 409 && headers['retry-after'] !== undefined);

function bodyOf<Body>(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined as Body;
  }
}

/** What must be answered with this status, or the test ends here with what was said instead. */
export function expectStatus<Body>(reply: Reply<Body>, ...statuses: number[]): Body {
  if (!statuses.includes(reply.status)) throw new Error(`${reply.status}, not ${statuses.join(' or ')}: ${reply.text}`);
  return reply.body;
}
