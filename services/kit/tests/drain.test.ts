import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually, runService } from '@storefront/kit/testing';
import { request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';

async function run(env: Record<string, string> = {}) {
  const service = await runService(join(import.meta.dirname, 'slow-service.ts'), { env });
  onTestFinished(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
  });
  const said = () => service.lines.map((line) => line['msg']);
  return { ...service, said };
}

describe('a service that is told to stop', () => {
  it('answers what it has begun, takes nothing new, and ends by itself with all closed', async () => {
    const { url, end, child, lines } = await run();
    const slow = request(`${url}/slow?ms=600`).then(
      async ({ statusCode, body }) => `${statusCode} ${await body.text()}`,
    );
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    const idleEnded = text(idle);
    await eventually(() => expect(lines.map((line) => line['msg'])).toContain('begun'));

    const { code, tookMs } = await end('SIGTERM');

    expect(await slow).toBe('200 {"waitedMs":600}');
    expect(await idleEnded).toBe('');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(child.signalCode).toBeNull();
    const order = ['stopping', 'request', 'worker stopped', 'connection closed', 'stopped'];
    expect(lines.map((line) => line['msg']).filter((msg) => order.includes(String(msg)))).toEqual(order);
  });

  it('is not ready from the first moment on', async () => {
    const { url, child, said } = await run();
    const probe = connect(Number(new URL(url).port), '127.0.0.1');
    const answers = text(probe);
    // Two requests on one connection: the second is read while the first is being answered, after the signal.
    probe.write('GET /slow?ms=500 HTTP/1.1\r\nhost: a\r\n\r\n');
    await eventually(() => expect(said()).toContain('begun'));
    child.kill('SIGTERM');
    await eventually(() => expect(said()).toContain('stopping'));
    probe.write('GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(await answers).toMatch(/200 OK[\s\S]*503 Service Unavailable[\s\S]*draining/);
  });

  it('ends at once at the second signal', async () => {
    const { url, child, ended, said } = await run();
    void request(`${url}/slow?ms=20000`).catch(() => {});
    await eventually(() => expect(said()).toContain('begun'));
    child.kill('SIGTERM');
    await eventually(() => expect(said()).toContain('stopping'));
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
  });

  it('says so and ends with 1 when its grace is over', async () => {
    const { url, end, lines, said } = await run({ SHUTDOWN_GRACE: '300ms' });
    void request(`${url}/slow?ms=20000`).catch(() => {});
    await eventually(() => expect(said()).toContain('begun'));
    const { code, tookMs } = await end();
    expect(code).toBe(1);
    expect(tookMs).toBeLessThan(10_000);
    const last = lines.find((line) => line['msg'] === 'not ended within 300ms');
    expect(last?.['resources']).toContain('TCPSocketWrap');
  });
});
