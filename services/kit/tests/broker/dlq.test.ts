import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fleet } from './fixtures/notes.ts';
import { depthOf, plainConnection, readAll } from './fixtures/reading.ts';

const main = join(import.meta.dirname, '../../src/broker/dlq/main.ts');
type Said = { code: number; out: string; err: string; lines: Record<string, unknown>[] };

describe.skipIf(whyNoBroker)(`storefront-dlq ${whyNoBroker}`, () => {
  let server: TestBroker;
  beforeEach(async () => {
    server = await testBroker(fleet);
  });
  afterEach(() => server.close());

  async function dlq(...args: string[]): Promise<Said> {
    const { url, username, password } = server.admin;
    const env = { ...process.env, BROKER_URL: url, BROKER_USERNAME: username, BROKER_PASSWORD: password };
    return new Promise((resolve) => {
      execFile(process.execPath, [main, ...args], { env }, (error, out, err) => {
        const code = error ? Number(error.code) : 0;
        const json = args.includes('--json') ? out.split('\n').filter(Boolean) : [];
        resolve({ code, out, err, lines: json.map((line) => JSON.parse(line) as Record<string, unknown>) });
      });
    });
  }

  /** Messages that their consumer rejected for good. */
  async function kill(queue: string, ...messages: { id?: string; type?: string; body?: Buffer }[]): Promise<string[]> {
    const channel = await (await plainConnection(server.admin)).createConfirmChannel();
    const ids = messages.map(({ id = randomUUID() }) => id);
    for (const [at, { type = 'note.written', body = Buffer.from(`{"n":${at}}`) }] of messages.entries())
      channel.publish('', queue, body, { persistent: true, messageId: ids[at]!, type, headers: { 'x-note': 'kept' } });
    await channel.waitForConfirms();
    for (let left = messages.length; left > 0;) {
      const message = await channel.get(queue);
      if (!message) continue;
      channel.reject(message, false);
      left -= 1;
    }
    await eventually(async () => expect(await depthOf(server.admin, `${queue}.dead`)).toBe(messages.length));
    return ids;
  }

  it('lists what died, where and why, and leaves it there in its order', async () => {
    const ids = await kill('readers', {}, {}, { type: 'note.dropped' });
    await kill('shelves', {});
    const { code, lines, err } = await dlq('list', 'readers', '--json');
    expect(code).toBe(0);
    expect(lines.map(({ id }) => id)).toEqual(ids);
    expect(lines[2]).toMatchObject({
      queue: 'readers',
      reason: 'rejected',
      type: 'note.dropped',
      replays: 0,
      bytes: 7,
    });
    expect(Date.parse(String(lines[0]!['diedAt']))).toBeGreaterThan(Date.now() - 60_000);
    expect(err).toContain('readers: 3 listed of 3');
    const again = await dlq('list', 'readers.dead', '--type', 'note.dropped', '--json');
    expect(again.lines.map(({ id }) => id)).toEqual([ids[2]]);
    const all = await dlq('list', '--management', server.admin.management);
    expect(all.err).toMatch(/notes.webhooks: 0 listed of 0\nreaders: 3.*\nshelves: 1.*\nunclaimed: 0/);
  });

  it('shows one as a whole', async () => {
    const [id = ''] = await kill('readers', { body: Buffer.from('{"type":"note.written","data":{"words":3}}') });
    const { code, lines } = await dlq('show', id.slice(0, 8), 'readers', '--json');
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { id, content: { data: { words: 3 } }, properties: { headers: { 'x-note': 'kept' } } },
    ]);
    expect(await dlq('show', 'nobody', 'readers')).toMatchObject({ code: 1 });
  });

  it('replays to that queue alone, with the id, the bytes and the headers it had, and who did so', async () => {
    const body = Buffer.from([0, 159, 146, 150]);
    const [id] = await kill('readers', { body }, { type: 'note.dropped' });
    const other = await readAll(server.admin, 'shelves');
    const { code, lines } = await dlq('replay', 'readers', '--type', 'note.written', '--by', 'kim', '--json');
    expect(code).toBe(0);
    expect(lines).toMatchObject([{ id, outcome: 'replayed' }]);
    expect(await depthOf(server.admin, 'readers.dead')).toBe(1);

    const channel = await (await plainConnection(server.admin)).createChannel();
    const message = await channel.get('readers');
    if (!message) throw new Error('it was not replayed');
    expect(message.content.equals(body)).toBe(true);
    expect(message.properties).toMatchObject({ messageId: id, type: 'note.written', deliveryMode: 2 });
    expect(message.properties.headers).toEqual({
      'x-note': 'kept',
      'x-replayed-by': 'kim',
      'x-replayed-at': expect.stringMatching(/^\d{4}-/),
      'x-replays': 1,
    });
    expect(other).toEqual([]);

    // It dies again, is found again, and says that it had been replayed.
    channel.reject(message, false);
    await eventually(async () => expect(await depthOf(server.admin, 'readers.dead')).toBe(2));
    expect((await dlq('list', 'readers', '--id', id!, '--json')).lines).toMatchObject([
      { id, replays: 1, queue: 'readers' },
    ]);
  });

  it('keeps what its queue does not take, and says so', async () => {
    await kill('readers', {});
    await server.api('DELETE', 'queues/{vhost}/readers');
    const { code, err, lines } = await dlq('replay', 'readers', '--all', '--json');
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ outcome: 'returned' }]);
    expect(err).toContain('0 replayed, 1 not');
    expect(await depthOf(server.admin, 'readers.dead')).toBe(1);
  });

  it('keeps to the rate, tells how far it is, and stops at the limit', async () => {
    await kill('readers', ...Array.from({ length: 40 }, () => ({})));
    const from = performance.now();
    const { err } = await dlq('replay', 'readers', '--all', '--rate', '10', '--limit', '30');
    expect(performance.now() - from).toBeGreaterThan(2_800);
    expect(err).toMatch(/readers: \d+ replayed, \d+ seen of 40/);
    expect(err).toContain('30 replayed, 0 not');
    expect(await depthOf(server.admin, 'readers')).toBe(30);
    expect(await depthOf(server.admin, 'readers.dead')).toBe(10);
  });

  it('only says what it would do when asked to', async () => {
    await kill('readers', {}, {});
    const { code, err } = await dlq('replay', 'readers', '--all', '--dry-run');
    expect(code).toBe(0);
    expect(err).toContain('2 would be replayed');
    expect(await depthOf(server.admin, 'readers.dead')).toBe(2);
  });

  it.each([
    [['replay', 'readers'], 'needs a filter, or --all'],
    [['burn', 'readers'], 'no command "burn"'],
    [['list', 'readers', '--after', 'tomorrow'], 'is no time'],
    [['list', 'readers', '--rate', '0'], 'above 0'],
    [['list', 'readers', '--unknown'], '--unknown'],
    [['list'], 'Name a queue'],
  ])('refuses %j', async (args, said) => {
    const { code, err } = await dlq(...args);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).toContain('--help');
  });

  it('explains itself', async () => {
    const { code, out } = await dlq('--help');
    expect(code).toBe(0);
    for (const word of ['list', 'show', 'replay', '--rate', '--all', 'BROKER_URL']) expect(out).toContain(word);
  });

  it('says what the broker said when it refuses, without the password', async () => {
    const { code, err } = await dlq('list', 'nothing');
    expect(code).toBe(1);
    expect(err).toContain('nothing.dead');
    expect(err).not.toContain(server.admin.password === 'admin' ? ':admin@' : server.admin.password);
  });
});
