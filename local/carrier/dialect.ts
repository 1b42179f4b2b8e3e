import type { Alarm } from '../simulator/alarms.ts';
import type { Dialect, Refusal } from '../simulator/dialect.ts';
import { readCredential, type Answer, type Call } from '../simulator/http/call.ts';
import { createRouter } from '../simulator/http/router.ts';
import { controlRoutes } from './control.ts';
import { openDesk, type DeskDeps } from './desk.ts';
import { CarrierError, errorAnswer, refuse } from './errors.ts';
import type { Endpoint } from './http/endpoint.ts';
import { open } from './http/labels.ts';
import { shipments } from './http/shipments.ts';
import { trackers } from './http/trackers.ts';
import { labelAlarm, makeReady, refundAlarm, settleRefund } from './labels/postage.ts';
import { scanAlarm, stepTracker } from './labels/tracker.ts';
import { signLetter } from './webhook-signature.ts';

export const endpoints = { ...shipments, ...trackers };

export function speakEasyPost(deps: DeskDeps): Dialect {
  const { objects, parts } = deps;
  const match = createRouter<Endpoint>({ ...endpoints, ...open });
  return {
    match,
    lockOf: purchaseOf,
    carryOut({ call, route, failsAfterCommit, isRefused }) {
      if (isRefused) return { answer: refusalOf('refused'), isReplay: false };
      const answer = carryOut(deps, call, { handle: route.handler as Endpoint, params: route.params });
      return { answer: failsAfterCommit ? refusalOf('server-error') : answer, isReplay: false };
    },
    refusal: refusalOf,
    parametersOf: ({ body, query }) => (body === '' ? Object.fromEntries(query) : readJson(body)),
    ring: (alarm) => ring(deps, alarm),
    write(delivery) {
      const webhook = objects.find('webhook', delivery.endpoint);
      return (
        webhook && signLetter({ url: webhook.shown.url, secret: webhook.hidden.secret, delivery, now: new Date() })
      );
    },
    delivered({ event, endpoint, forgery }) {
      const stored = objects.find('event', event);
      const url = objects.find('webhook', endpoint)?.shown.url;
      if (!stored || url === undefined || forgery) return;
      const pending = stored.shown.pending_urls.filter((each) => each !== url);
      const completed = [...new Set([...stored.shown.completed_urls, url])];
      const status = pending.length === 0 ? ('completed' as const) : ('pending' as const);
      const shown = { ...stored.shown, status, pending_urls: pending, completed_urls: completed };
      objects.put('event', { ...stored, shown });
    },
    control: controlRoutes(deps, parts),
  };
}

/** Of two purchases of one shipment at the same time, the second is told that the first is on its way. */
function purchaseOf({ method, path }: Call): string | undefined {
  return method === 'POST' && /^\/v2\/shipments\/[^/]+\/buy$/.test(path) ? path : undefined;
}

type Handling = { handle: Endpoint; params: Record<string, string> };

function carryOut(deps: DeskDeps, call: Call, { handle, params }: Handling): Answer {
  try {
    if (call.path.startsWith('/v2/') && readCredential(call) !== deps.config.apiKey) throw refuse.unauthorized();
    return deps.parts.database.transaction(() => handle({ desk: openDesk(deps), params, call }));
  } catch (error) {
    if (error instanceof CarrierError) return errorAnswer(error);
    throw error;
  }
}

const refusals: Record<Refusal, CarrierError> = {
  conflict: new CarrierError(409, 'SHIPMENT.PURCHASE.IN_PROGRESS', 'The shipment is being purchased.'),
  'rate-limit': new CarrierError(429, 'RATE_LIMITED', 'You have exceeded your rate limit. Try again later.'),
  refused: new CarrierError(422, 'REQUEST.REFUSED', 'This is not possible. The simulator was told so.'),
  'server-error': new CarrierError(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong. The simulator was told so.'),
  'not-found': refuse.notFound(),
  malformed: refuse.malformed('The request could not be read.'),
};

const refusalOf = (why: Refusal): Answer => errorAnswer(refusals[why]);

function ring(deps: DeskDeps, { kind, subject }: Alarm): void {
  const desk = openDesk(deps);
  if (kind === labelAlarm) makeReady(desk, desk.get('shipment', subject));
  if (kind === refundAlarm) settleRefund(desk, subject);
  if (kind === scanAlarm) stepTracker(desk, subject);
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
