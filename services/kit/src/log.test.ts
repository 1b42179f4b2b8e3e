import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { unavailable } from './errors.ts';
import { createLog, withoutLogins, type Log } from './log.ts';
import { withRequest } from './request-context.ts';

function captured(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: createLog({ service: 'notes', level: 'info', scope: 'acme', destination }), lines };
}

describe('the log', () => {
  it('is one JSON object a line, with level, time, service and scope', () => {
    const { log, lines } = captured();
    log.info({ count: 2 }, 'counted');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'notes',
      scope: 'acme',
      count: 2,
      msg: 'counted',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  it('holds no secret, wherever it stands in what is logged', () => {
    const { log, lines } = captured();
    const headers = { authorization: 'Bearer hunter2', cookie: 'sid=hunter2', 'set-cookie': ['hunter2'] };
    log.info({ headers, password: 'hunter2' }, 'a');
    log.info({ request: { headers: { ...headers, 'x-storefront-caller': 'hunter2' } } }, 'b');
    log.info({ list: [{ deep: { Authorization: 'hunter2' } }], refreshToken: 'hunter2' }, 'd');
    log.info({ a: { b: { c: { d: { password: 'hunter2' } } } } }, 'e');
    log.info({ account: { username: 'shop', password: 'hunter2' }, token: 'hunter2' }, 'c');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('"username":"shop"');
  });

  it('holds no login of an address that a driver puts into its error, nor of what caused it', () => {
    const { log, lines } = captured();
    const cause = new Error('connect to mongodb://shop:hunter2@10.0.0.1:27017 failed');
    log.error({ error: unavailable('store-unavailable', 'No store.', { cause }) }, 'lost');
    log.error(cause, 'lost');
    expect(lines.join('')).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { type: 'ServiceError', code: 'store-unavailable', cause: { type: 'Error' } },
    });
  });

  it('names the request that the line belongs to', () => {
    const { log, lines } = captured();
    const context = { requestId: 'r-1', traceId: undefined, deadlineAt: Infinity, callerToken: undefined };
    withRequest(context, () => log.info('inside'));
    log.info('outside');
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('requestId', 'r-1');
    expect(JSON.parse(lines[1] ?? '')).not.toHaveProperty('requestId');
  });
});

describe('lines on standard output', () => {
  const program = (work: string) => {
    const source = `import { createLog } from '${import.meta.resolve('./log.ts')}';
      const log = createLog({ service: 'notes', level: 'info' });
      ${work}`;
    return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  };

  it.each([
    ['ends', ''],
    ['exits', 'process.exit(1);'],
    ['crashes', "throw new Error('our bug');"],
  ])('are all there when the process %s', async (_, end) => {
    const { stdout } = program(`for (let i = 0; i < 100; i += 1) log.info({ i }, 'line'); ${end}`);
    expect((await text(stdout)).trimEnd().split('\n')).toHaveLength(100);
  });

  it('leave at once with a warning, which may be the last', async () => {
    const { stdout } = program(`log.info('before'); log.warn('late'); process.kill(process.pid, 'SIGKILL');`);
    expect((await text(stdout)).trimEnd().split('\n')).toHaveLength(2);
  });

  it('leave soon when none follows', async () => {
    const child = program(`log.info('alone'); setInterval(() => {}, 1000);`);
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    child.kill('SIGKILL');
    expect(chunk.toString()).toContain('"alone"');
  });
});

describe('withoutLogins', () => {
  it.each([
    ['redis://u:p@host:6379/0', 'redis://[redacted]@host:6379/0'],
    ['at http://host/a@b', 'at http://host/a@b'],
    ['Authorization: Bearer abc.def-g', 'Authorization: Bearer [redacted]'],
  ])('%s → %s', (text, expected) => expect(withoutLogins(text)).toBe(expected));
});
