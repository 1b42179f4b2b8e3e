import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Storefront, type StorefrontInput } from '@storefront/crds';
import { eventually } from '@storefront/kit/testing';
import getPort from 'get-port';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleet } from '../src/fleet.ts';
import { sellingFleet } from '../src/testing/samples.ts';
import { configMap } from '../src/storefront/workload/config-map.ts';
import { findInRoot, findProgram, missing, run } from './checks.ts';

const sample = (name: string) =>
  Storefront.parse(parse(readFileSync(join(import.meta.dirname, `../../crds/samples/${name}.yaml`), 'utf8')));

const nginx = findInRoot('usr/sbin/nginx');
const consul = findProgram('consul');
const miB = 1024 ** 2;

describe.skipIf(missing({ nginx }))(`nginx.conf${missing({ nginx })}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const services = Object.keys(sellingFleet);
  const cases = ['local', 'production'].flatMap((name) => services.map((service) => ({ name, service })));

  it.each(cases)('of $service in the $name sample is accepted', ({ name, service }) => {
    const file = join(folder, `${name}-${service}.conf`);
    writeFileSync(file, within(folder, configMap(sample(name), sellingFleet, service).data['nginx.conf']));
    expect(check(file)).toBe('');
  });

  it.each(['RoundRobin', 'LeastConnections', 'RandomTwo'] as const)('can balance by %s', (balancing) => {
    const storefront = sample('local');
    storefront.spec.services = { product: { balancing } };
    const file = join(folder, `${balancing}.conf`);
    writeFileSync(file, within(folder, configMap(storefront, fleet, 'gateway').data['nginx.conf']));
    expect(check(file)).toBe('');
  });
});

describe.skipIf(missing({ nginx }))(`the edge${missing({ nginx })}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-'));
  const received = { bytes: 0 };
  let app: Server;
  let edge: ChildProcess;
  let url: string;

  beforeAll(async () => {
    app = echo(received);
    const needed = Array.from({ length: 2 + sellingFleet.gateway.calls.length }, () => getPort());
    const [edgePort = 0, statusPort = 0, ...callPorts] = await Promise.all(needed);
    const config = configMap(behindBalancer(), sellingFleet, 'gateway')
      .data['nginx.conf'].replace('listen 8080', `listen 127.0.0.1:${edgePort}`)
      .replace('listen 9190', `listen 127.0.0.1:${statusPort}`)
      .replace(/listen 127\.0\.0\.1:91\d\d/g, () => `listen 127.0.0.1:${callPorts.pop()}`)
      .replace('127.0.0.1:7000', `127.0.0.1:${(app.address() as AddressInfo).port}`);
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, within(folder, config));
    edge = spawn(nginx![0]!, [...nginx!.slice(1), '-e', 'stderr', '-c', file], { stdio: 'ignore' });
    url = `http://127.0.0.1:${edgePort}`;
    await answering(`http://127.0.0.1:${statusPort}/healthz`);
  });
  afterAll(async () => {
    edge.kill('SIGTERM');
    await once(edge, 'exit');
    app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const headersSeen = async (headers: Record<string, string>) => {
    const { body } = await request(`${url}/api/products?q=mug`, { headers });
    return (await body.json()) as Record<string, string>;
  };

  it('believes the balancer, and nobody else, about who the client is', async () => {
    expect((await headersSeen({}))['x-forwarded-for']).toBe('127.0.0.1');
    const spoofed = await headersSeen({ 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 198.51.100.1' });
    expect(spoofed['x-forwarded-for']).toBe('203.0.113.9');
    expect((await headersSeen({ 'x-forwarded-for': 'nonsense' }))['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('tells the load balancer that it is well, at the path that a Gateway is told to ask', async () => {
    const probe = { host: '10.0.0.9:8080', 'user-agent': 'GoogleHC/1.0' };
    expect((await request(`${url}${fleet.gateway.edge!.health}`, { headers: probe })).statusCode).toBe(200);
  });

  it('gives every request an id of its own, and takes headers that are ours away', async () => {
    const seen = await headersSeen({
      'x-request-id': 'mine',
      'x-storefront-caller': 'forged',
      'x-request-deadline-ms': '1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(seen['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(seen['traceparent']).toMatch(/^00-0af7/);
    expect(Object.keys(seen)).not.toContain('x-storefront-caller');
    expect(Object.keys(seen)).not.toContain('x-request-deadline-ms');
  });

  it('passes an import on while it comes, however large', async () => {
    const piece = Buffer.alloc(miB);
    async function* pieces() {
      yield piece;
      await eventually(() => expect(received.bytes).toBeGreaterThan(0), { within: '5s' });
      for (let sent = 1; sent < 40; sent += 1) yield piece;
    }
    received.bytes = 0;
    const { statusCode, body } = await request(`${url}/api/products/import`, {
      method: 'POST',
      body: Readable.from(pieces()),
    });
    await body.dump();
    expect([statusCode, received.bytes]).toEqual([200, 40 * miB]);
  });

  it.each([
    ['a picture', '/api/media', 2, 200],
    ['a picture that is larger than its route takes', '/api/media', 17, 413],
    ['what is no upload', '/api/products', 2, 413],
    ['an import that is sent elsewhere', '/api/products', 40, 413],
  ])('gives %s the limit of its path', async (_, path, size, status) => {
    received.bytes = 0;
    const { statusCode, headers, body } = await request(url + path, { method: 'POST', body: Buffer.alloc(size * miB) });
    expect(statusCode).toBe(status);
    if (status === 200) return body.dump();
    expect([headers['content-type'], received.bytes]).toEqual(['application/problem+json', 0]);
    expect(await body.json()).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  it('passes on what a stream says when it says it, and for a page in the same way', async () => {
    const { body, statusCode } = await request(`${url}/api/orders/o-1/events`);
    const [first] = (await once(body, 'data')) as [Buffer];
    expect([statusCode, String(first)]).toEqual([200, 'id: 1\n\n']);
    body.on('error', () => {}).destroy();
    expect((await request(`${url}/api/orders/o-1/events/more`)).headers['content-type']).not.toBe('text/event-stream');
    expect((await request(`${url}/orders/o-1/events`)).statusCode).toBe(503);
  });

  it('gives webhooks to the app, as they are', async () => {
    const { body } = await request(`${url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'stripe-signature': 't=1' },
    });
    expect(await body.json()).toMatchObject({ 'stripe-signature': 't=1' });
  });

  it('answers in the form that the client expects when nothing is behind it', async () => {
    const page = await request(`${url}/products/mug`);
    expect([page.statusCode, page.headers['retry-after']]).toEqual([503, '2']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(await page.body.text()).toContain('<h1>Service unavailable</h1>');
  });

  it('passes on what the app itself answers', async () => {
    const { statusCode, body } = await request(`${url}/api/unavailable`);
    expect([statusCode, await body.text()]).toEqual([503, 'its own words']);
  });

  it.each([
    ['an address that is too long', `GET /api/${'a'.repeat(9000)} HTTP/1.1\r\nHost: shop\r\n\r\n`, 414],
    ['headers that are too long', `GET /api/x HTTP/1.1\r\nHost: shop\r\nA: ${'a'.repeat(40_000)}\r\n\r\n`, 400],
    ['what is not HTTP', 'GET x y z\r\n\r\n', 400],
  ])('answers %s with a problem document', async (_, text, status) => {
    const answer = await raw(url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"status":${status}`);
  });
});

describe.skipIf(missing({ consul }))(`the Consul agent's configuration${missing({ consul })}`, () => {
  it.each(Object.keys(fleet))('of %s is accepted, as its start script completes it', (service) => {
    const folder = mkdtempSync(join(tmpdir(), 'consul-'));
    const { data } = configMap(sample('local'), fleet, service);
    const put = (path: string, text: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const local = (text: string) =>
      text.replaceAll('/etc/storefront', `${folder}/etc`).replaceAll('/run/consul', `${folder}/run`);
    put('etc/gossip/key', Buffer.alloc(32).toString('base64'));
    put('etc/consul-token/consul-token', '8f2b0f0c-7a3c-4b7e-9b6c-3c9f1a2b3c4d\n');
    put('etc/ca/discovery/ca.crt', '');
    put('etc/sidecars/agent.json', local(data['agent.json']));
    const script = local(data['consul.sh']).replace(
      /exec consul agent -config-file=(\S+) -config-dir=(\S+)/,
      `exec ${consul} validate $1 $2`,
    );
    const environment = [`POD_IP=10.1.2.3`, `POD_NAME=acme-${service}-6d5f9c8b7-x2z9k`];
    expect(run('env', [...environment, 'sh', '-c', script])).toContain('Configuration is valid!');
    const pod = JSON.parse(readFileSync(join(folder, 'run/config/pod.json'), 'utf8')) as { node_name: string };
    expect(pod.node_name).toMatch(new RegExp(`^acme-[0-9a-f]{6}-${service}-6d5f9c8b7-x2z9k-10-1-2-3$`));
    rmSync(folder, { recursive: true });
  });
});

/** Complaints of `nginx -t`, warnings included. */
function check(file: string): string {
  const [loader, ...options] = nginx!;
  return run(loader!, [...options, '-q', '-t', '-e', 'stderr', '-c', file]);
}

/** With files in a folder of the test's; a child of Node has a socket as its standard output, which cannot be opened by name. */
const within = (folder: string, config: string) =>
  config.replaceAll('/tmp/', `${folder}/`).replace('/dev/stdout', `${folder}/access.log`);

/** The production sample, with this machine as its load balancer. */
function behindBalancer(): Storefront {
  const { spec, ...rest } = sample('production') as StorefrontInput;
  return Storefront.parse({ ...rest, spec: { ...spec, networkPolicy: { edgeCidrs: ['127.0.0.0/8'] } } });
}

/** Counts what it gets and answers with its headers, and to whoever listens for news with one line and silence. */
function echo(received: { bytes: number }): Server {
  return createServer((incoming, answer) => {
    incoming.on('data', (piece: Buffer) => (received.bytes += piece.length));
    incoming.on('end', () => {
      if (incoming.url === '/api/unavailable') answer.writeHead(503).end('its own words');
      else if (incoming.url?.endsWith('/events'))
        answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: 1\n\n');
      else answer.end(JSON.stringify(incoming.headers));
    });
  }).listen(0, '127.0.0.1');
}

const answering = (target: string): Promise<void> =>
  eventually(async () => expect((await request(target)).statusCode).toBe(200), { within: '5s' });

async function raw(target: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(target).port), '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => {}).write(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('"requestId"')) break;
  }
  return answer;
}
