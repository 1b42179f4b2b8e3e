import { spawn, type ChildProcess } from 'node:child_process';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../process.ts';
import { endpoints } from '../../dialect.ts';
import { openTestAccount, secretKey, type TestAccount } from '../account.ts';
import { createShapes, findProgram, readOpenApi, type Shapes } from './openapi.ts';
import { tour, visit, type Seen, type Stop, type Visited } from './tour.ts';

const openApiProgram = findProgram('stripe-openapi');
const mockProgram = findProgram('stripe-mock');
const need = openApiProgram && mockProgram ? '' : ' (skipped: no stripe-mock; run make test)';

type ShownEvent = { type: string; data: { object: { object: string } } };

/** Stripe's words for ids, by what stands before them. */
const nameOfId: Record<string, string> = {
  payment_intents: 'intent',
  setup_intents: 'intent',
  payment_methods: 'payment_method',
  confirmation_tokens: 'confirmation_token',
  customers: 'customer',
  charges: 'charge',
  refunds: 'refund',
  disputes: 'dispute',
  events: 'id',
  webhook_endpoints: 'webhook_endpoint',
};
const pathOf = (route: string): string =>
  route.replace(/^\w+ /, '').replace(/(\w+)\/:id/g, (_, kind: string) => `${kind}/{${nameOfId[kind]}}`);
const methodOf = (route: string): string => route.split(' ')[0] ?? '';

/**
 * Made by Stripe.js alone, which Stripe's document does not describe; the answer is an object that it does.
 */
const undocumented = ['POST /v1/confirmation_tokens'];

describe.skipIf(need)(`the shapes of answers${need}`, () => {
  let account: TestAccount;
  let mock: ChildProcess;
  let mockUrl: string;
  let shapes: Shapes;
  let visited: Visited[];

  beforeAll(async () => {
    account = await openTestAccount();
    shapes = createShapes(readOpenApi(openApiProgram ?? ''));
    const port = await getPort();
    mockUrl = `http://127.0.0.1:${port}`;
    mock = spawn(mockProgram ?? '', ['-http-addr', `127.0.0.1:${port}`], { stdio: 'ignore' });
    visited = await goRound(account);
    const answers = () =>
      fetch(mockUrl).then(
        () => true,
        () => false,
      );
    await waitUntil('stripe-mock', answers, { withinMs: 20_000 });
  });
  afterAll(async () => {
    mock.kill();
    await account.close();
  });

  it('covers every route', () => {
    const routes = new Set(visited.map(({ route }) => route));
    expect(Object.keys(endpoints).filter((route) => !routes.has(route as Stop['route']))).toEqual([]);
    const failed = visited.filter(({ status, as }) => status !== (as === 'declined' ? 402 : 200));
    expect(failed.map(({ route, answer }) => [route, answer])).toEqual([]);
  });

  it('are those of Stripe’s document', () => {
    const documented = visited.filter(({ route, status }) => status === 200 && !undocumented.includes(route));
    const problems = documented.flatMap(({ route, answer }) => shapes.ofAnswer(methodOf(route), pathOf(route), answer));
    expect([...new Set(problems)]).toEqual([]);
  });

  it('of events too, whatever they tell', () => {
    const listed = visited.find(({ as }) => as === 'events') as Visited;
    const { data: events } = listed.answer as { data: ShownEvent[] };
    const problems = events.flatMap(({ type, data }) => {
      const isDeleted = type === 'customer.deleted';
      return shapes
        .ofObject(isDeleted ? 'deleted_customer' : data.object.object, data.object)
        .map((problem) => `${type}: ${problem}`);
    });
    expect([...new Set(problems)]).toEqual([]);
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15);
  });

  it('of errors too', async () => {
    const { answer } = visited.find(({ as }) => as === 'declined') as Visited;
    const wrong = await fetch(`${account.url}/v1/charges/ch_none`, {
      headers: { authorization: `Bearer ${secretKey}` },
    });
    const problems = [answer, await wrong.json()].flatMap((each) => shapes.ofObject('error', each));
    expect(problems).toEqual([]);
  });

  it('have what stripe-mock answers to the same request, and stripe-mock takes the same requests', async () => {
    const differences = await Promise.all(
      visited
        .filter(({ route }) => !undocumented.includes(route))
        .map((stop) => compare(mockUrl, stop, seenIn(visited))),
    );
    expect([...new Set(differences.flat())]).toEqual([]);
  });

  it('are told when they differ', () => {
    const { answer } = visited.find(({ as }) => as === 'captured') as Visited;
    const of = (change: object) => shapes.ofObject('payment_intent', { ...(answer as object), ...change });
    expect(of({})).toEqual([]);
    expect(of({ amount: '2500' })).not.toEqual([]);
    expect(of({ status: 'paid' })).not.toEqual([]);
    expect(of({ flavour: 'mint' })).not.toEqual([]);
    expect(of({ created: undefined })).not.toEqual([]);
  });
});

async function goRound({ url, control }: TestAccount): Promise<Visited[]> {
  const visited: Visited[] = [];
  for (const stop of tour) {
    if (stop.route === 'GET /v1/disputes') {
      // The card's dispute, the refund that comes back.
      await control.put('clock', { advanceMs: 61_000 });
    }
    visited.push(await visit(url, stop, seenIn(visited)));
  }
  return visited;
}

/** What was answered under a name; the first of a list under its singular. */
const seenIn =
  (visited: readonly Visited[]): Seen =>
  (name) => {
    const first = (route: string) =>
      (visited.find((each) => each.route === route)?.answer as { data: unknown[] } | undefined)?.data[0];
    if (name === 'dispute') return first('GET /v1/disputes') as ReturnType<Seen>;
    if (name === 'event') return first('GET /v1/events') as ReturnType<Seen>;
    return visited.find(({ as }) => as === name)?.answer as ReturnType<Seen>;
  };

/** Answered to those who ask for them; stripe-mock always does. */
const expanded = ['total_count', 'refunds'];

async function compare(mockUrl: string, stop: Visited, seen: Seen): Promise<string[]> {
  const { status, answer } = await visit(mockUrl, { ...stop, asBrowser: false }, seen);
  if (status !== 200) return [`${stop.route}: stripe-mock answers ${status} ${JSON.stringify(answer)}`];
  const ours = stop.answer as object;
  const missing =
    stop.status === 200 ? Object.keys(answer as object).filter((key) => !(key in ours) && !expanded.includes(key)) : [];
  return missing.map((key) => `${stop.route}: ${key} is missing`);
}
