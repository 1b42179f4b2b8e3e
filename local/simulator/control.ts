import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ClockChange } from './clock.ts';
import type { ControlHandler, Dialect, Parts } from './dialect.ts';
import { FaultRule } from './faults/rules.ts';
import { json, readCredential, type Answer, type Call } from './http/call.ts';
import { createRouter, type RouteName } from './http/router.ts';

/** The simulator's own API, for tests and for the auditor; no key of the vendor's opens it. */
export type Control = (call: Call) => Answer | undefined;

const SettingsChange = z.strictObject({
  latencyMs: z.int().nonnegative().exactOptional(),
  seed: z.string().exactOptional(),
  /** Where every webhook goes, whatever its endpoint; null: where the endpoint is. */
  webhookUrl: z.url().nullable().exactOptional(),
});

export type ControlDeps = { parts: Parts; dialect: Dialect; token: string; latencyMs: () => number };

export function createControl(deps: ControlDeps): Control {
  const { parts, dialect, token } = deps;
  const match = createRouter({ ...sharedRoutes(deps), ...dialect.control });
  return (call) => {
    if (!call.path.startsWith('/simulator/')) return undefined;
    if (call.path === '/simulator/health') return json(200, { status: 'ok' });
    if (!isToken(readCredential(call), token)) return json(401, { error: 'the control token is missing or wrong' });
    const found = match(call);
    if (!found) return json(404, { error: `no ${call.method} ${call.path}` });
    try {
      const body: unknown = call.body === '' ? {} : JSON.parse(call.body);
      return parts.database.transaction(() => found.handler({ params: found.params, query: call.query, body }));
    } catch (error) {
      if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
      return json(409, { error: (error as Error).message });
    }
  };
}

function sharedRoutes({ parts, latencyMs }: ControlDeps): Record<RouteName, ControlHandler> {
  const { clock, faults, journal, settings, webhooks } = parts;
  const showClock = () => json(200, { now: clock.now(), frozen: clock.isFrozen() });
  const showSettings = () =>
    json(200, {
      latencyMs: latencyMs(),
      seed: settings.read('seed') ?? 'seed',
      webhookUrl: settings.read('webhookUrl') ?? null,
    });
  return {
    'GET /simulator/faults': () => json(200, faults.list()),
    'PUT /simulator/faults': ({ body }) => {
      faults.replace(z.array(FaultRule).parse(body));
      return json(200, faults.list());
    },
    'GET /simulator/clock': showClock,
    'PUT /simulator/clock': ({ body }) => {
      clock.change(ClockChange.parse(body));
      return showClock();
    },
    'GET /simulator/settings': showSettings,
    'PUT /simulator/settings': ({ body }) => {
      for (const [name, value] of Object.entries(SettingsChange.parse(body))) settings.write(name, value);
      return showSettings();
    },
    'GET /simulator/requests': ({ query }) => json(200, journal.read(readJournalQuery(query))),
    'GET /simulator/deliveries': ({ query }) => json(200, webhooks.list(query.get('event') ?? undefined)),
  };
}

const readJournalQuery = (query: URLSearchParams) => ({
  after: Number(query.get('after') ?? 0),
  route: query.get('route') ?? '*',
  limit: Number(query.get('limit') ?? 1000),
});

function isToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}
