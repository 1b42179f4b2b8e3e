import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { createRelay } from './relay.ts';

async function listening(server: ReturnType<typeof createServer>, at: string | number) {
  await new Promise<void>((ready) => void server.listen(at, ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

async function relayTo(origin: string): Promise<Agent> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const socketPath = join(folder, 'out');
  await listening(createRelay(origin, new Agent()), socketPath);
  const dispatcher = new Agent({ connect: { socketPath } });
  onTestFinished(async () => {
    await dispatcher.close();
    rmSync(folder, { recursive: true });
  });
  return dispatcher;
}

it('carries a request to where it goes, and the answer back', async () => {
  const seen: { url?: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  const outside = createServer((incoming, answer) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      seen.push({ url: incoming.url, headers: incoming.headers, body });
      answer.writeHead(402, { 'request-id': 'req_1' }).end('declined');
    });
  });
  const { port } = (await listening(outside, 0)).address() as AddressInfo;
  const dispatcher = await relayTo(`http://127.0.0.1:${port}`);

  const headers = { authorization: 'Bearer sk_test_1', 'idempotency-key': 'k' };
  const url = 'http://10.200.0.11:9001/v1/payment_intents?expand[]=a';
  const answer = await request(url, { method: 'POST', headers, body: 'amount=100', dispatcher });

  expect([answer.statusCode, answer.headers['request-id'], await answer.body.text()]).toEqual([
    402,
    'req_1',
    'declined',
  ]);
  expect(seen).toMatchObject([
    { url: '/v1/payment_intents?expand[]=a', headers: { ...headers, host: `127.0.0.1:${port}` }, body: 'amount=100' },
  ]);
});

it('says 502 where nobody is', async () => {
  const { statusCode, body } = await request('http://stripe/v1/charges', {
    dispatcher: await relayTo('http://127.0.0.1:9'),
  });
  await body.dump();
  expect(statusCode).toBe(502);
});
