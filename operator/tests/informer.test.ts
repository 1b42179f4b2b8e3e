import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Kind } from '../src/cluster.ts';
import { createInformer } from '../src/informer.ts';
import type { Change, Informer, InformerOptions, Restart } from '../src/informer.ts';
import { clientOf, end, line, listOf, object, reset, startFaultServer, status, stream } from './fault-server.ts';
import type { FaultServer } from './fault-server.ts';

const ConfigMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

describe('the informer, on an API server with bad days', () => {
  let server: FaultServer;
  let informer: Informer;
  let ending: AbortController;
  let running: Promise<void>;
  let close: () => Promise<void>;
  let changes: string[];
  let restarts: Restart[];
  let errors: unknown[];

  beforeEach(async () => {
    server = await startFaultServer();
    ending = new AbortController();
    changes = [];
    restarts = [];
    errors = [];
  });
  afterEach(async () => {
    ending.abort();
    await running;
    await close();
    await server.stop();
  });

  function start(options: Partial<InformerOptions> = {}, watchIdleMs = 60_000): void {
    const client = clientOf(server, { watchIdleMs });
    close = client.close;
    informer = createInformer({
      cluster: client.cluster,
      kind: ConfigMap,
      pauseMs: 5,
      onRestart: (reason) => restarts.push(reason),
      onError: (error) => errors.push(error),
      ...options,
    });
    informer.onChange(({ type, object: { metadata } }: Change) =>
      changes.push(`${type} ${metadata.name} ${metadata.resourceVersion}`),
    );
    running = informer.run(ending.signal);
  }

  const holds = (...names: string[]) =>
    vi.waitFor(
      () =>
        expect(
          informer
            .all()
            .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
            .toSorted(),
        ).toEqual(names),
      { timeout: 5_000 },
    );
  const watches = () =>
    server.requests.filter(({ query }) => query.has('watch')).map(({ query }) => query.get('resourceVersion'));
  const lists = () => server.requests.filter(({ query }) => !query.has('watch')).length;

  it('lists, watches from there, and asks for bookmarks', async () => {
    server.onList(listOf(10, object('a', 3)));
    server.onWatch(
      stream([line('ADDED', object('b', 11)), line('MODIFIED', object('a', 12)), line('DELETED', object('b', 13))]),
    );
    start();
    await vi.waitFor(() => expect(changes).toEqual(['added a 3', 'added b 11', 'updated a 12', 'deleted b 11']));
    await holds('a 12');
    expect(watches()).toEqual(['10']);
    expect(server.requests.at(-1)?.query.get('allowWatchBookmarks')).toBe('true');
  });

  it('reads a long list page by page', async () => {
    const page = (name: string, next: string) => (_: unknown, response: ServerResponse) =>
      void response.end(
        JSON.stringify({
          metadata: { resourceVersion: '5', ...(next && { continue: next }) },
          items: [object(name, 1)],
        }),
      );
    server.onList(page('a', 'more'), page('b', 'still'), page('c', ''));
    server.onWatch(stream([]));
    start();
    await holds('a 1', 'b 1', 'c 1');
    expect(server.requests.slice(0, 3).map(({ query }) => query.get('continue'))).toEqual([null, 'more', 'still']);
  });

  it('begins the list again when the rest of it has expired', async () => {
    const first = (_: unknown, response: ServerResponse) =>
      void response.end(
        JSON.stringify({ metadata: { resourceVersion: '5', continue: 'more' }, items: [object('a', 1)] }),
      );
    server.onList(first, status(410), listOf(9, object('b', 8)));
    server.onWatch(stream([]));
    start();
    await holds('b 8');
    expect(changes).toEqual(['added b 8']);
  });

  it('goes on where it was when the connection is reset in the middle of a line', async () => {
    server.onList(listOf(10));
    server.onWatch(
      stream([line('ADDED', object('a', 11)), '{"type":"ADDED","obj'], reset),
      stream([line('ADDED', object('b', 12))]),
    );
    start();
    await holds('a 11', 'b 12');
    expect(watches()).toEqual(['10', '11']);
    expect(lists()).toBe(1);
    expect(restarts).toEqual(['lost']);
  });

  it('remembers how far it is by bookmarks', async () => {
    server.onList(listOf(10));
    server.onWatch(
      stream([line('BOOKMARK', { kind: 'ConfigMap', metadata: { resourceVersion: '500' } })], reset),
      stream([line('ADDED', object('a', 501))]),
    );
    start();
    await holds('a 501');
    expect(watches()).toEqual(['10', '500']);
    expect(changes).toEqual(['added a 501']);
  });

  it('survives refusals, in lists as in watches', async () => {
    server.onList(
      status(500),
      status(500),
      status(500),
      status(500),
      status(500),
      status(503),
      listOf(10, object('a', 1)),
    );
    server.onWatch(status(500), status(500), stream([line('ADDED', object('b', 11))]));
    start();
    await holds('a 1', 'b 11');
    expect(restarts.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['when asked', [status(410)]],
    ['in the stream', [stream([line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })], end)]],
  ])('lists anew when its version is too old, told %s, and notices what it missed', async (_, [tooOld]) => {
    server.onList(listOf(10, object('a', 1), object('b', 2)), listOf(90, object('a', 80), object('c', 85)));
    server.onWatch(...(tooOld ? [tooOld] : []), stream([]));
    start();
    await holds('a 80', 'c 85');
    expect(changes).toEqual(['added a 1', 'added b 2', 'deleted b 2', 'updated a 80', 'added c 85']);
    expect(watches()).toEqual(['10', '90']);
    expect(restarts).toEqual(['expired']);
  });

  it('does not trust a silent connection', async () => {
    server.onList(listOf(10));
    server.onWatch(stream([line('ADDED', object('a', 11))]), stream([line('ADDED', object('b', 12))]));
    start({}, 300);
    await holds('a 11', 'b 12');
    expect(watches().slice(0, 2)).toEqual(['10', '11']);
    expect(restarts).toContain('silent');
    expect(errors).toEqual([]);
  });

  it('reads characters that are cut between two packets', async () => {
    const bytes = Buffer.from(line('ADDED', object('a', 11, { word: 'Öl für 5 € 🛒' })));
    const cuts = [bytes.indexOf('Ö') + 1, bytes.indexOf('€') + 2, bytes.indexOf('🛒') + 3];
    const pieces = [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
    server.onList(listOf(10));
    server.onWatch(stream(pieces));
    start();
    await vi.waitFor(() => expect(informer.all()[0]?.data).toEqual({ word: 'Öl für 5 € 🛒' }));
  });

  it('is not stopped by a handler that throws', async () => {
    server.onList(listOf(10));
    server.onWatch(stream([line('ADDED', object('a', 11)), line('ADDED', object('b', 12))], end), stream([]));
    start();
    informer.onChange(() => {
      throw new Error('handler');
    });
    await holds('a 11', 'b 12');
    await vi.waitFor(() => expect(watches()).toEqual(['10', '12']));
    expect(errors).toHaveLength(2);
  });

  it('does not storm a server that ends every watch at once', async () => {
    server.onList(listOf(10));
    server.onWatch(stream([], end));
    start({ pauseMs: 200, random: () => 1 });
    await vi.waitFor(() => expect(watches().length).toBeGreaterThanOrEqual(3), { timeout: 5_000 });
    const [first, , third] = server.requests.filter(({ query }) => query.has('watch'));
    expect([first, third].every(Boolean)).toBe(true);
    expect(restarts.every((reason) => reason === 'ended')).toBe(true);
    expect(watches().length).toBeLessThan(6);
  });

  it('keeps what its own write returned against an older event', async () => {
    server.onList(listOf(10, object('a', 5)));
    let say: (text: string) => void = () => undefined;
    server.onWatch((_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      say = (text) => void response.write(text);
    });
    start();
    await holds('a 5');
    await vi.waitFor(() => expect(watches()).toHaveLength(1));
    informer.put(object('a', 20));
    say(line('MODIFIED', object('a', 15)));
    say(line('ADDED', object('z', 16)));
    await holds('a 20', 'z 16');
    expect(changes).toEqual(['added a 5', 'added z 16']);
  });

  it('takes a kind that the cluster does not have for empty, and looks again', async () => {
    server.onList(status(404), listOf(10, object('a', 1)));
    server.onWatch(stream([]));
    start({ optional: true, absentMs: 20 });
    await informer.synced();
    await holds('a 1');
    expect(errors).toEqual([]);
  });

  it('keeps nothing of what the transform drops, and still tells of it', async () => {
    server.onList(listOf(10, object('a', 1)));
    server.onWatch(stream([line('MODIFIED', object('a', 11))]));
    start({ transform: () => null });
    await vi.waitFor(() => expect(changes).toEqual(['added a 1', 'added a 11']));
    expect(informer.size).toBe(0);
  });
});
