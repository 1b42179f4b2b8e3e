import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readPrivateKey } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectRedis } from '@storefront/kit/redis';
import { eventually, testCallerDir, testConfig, testStores } from '@storefront/kit/testing';

import { createGateway, type Deps } from '../src/app.ts';

export const merchantToken = 'the-merchant-of-these-tests';

/** A peer in the place of the product service: answers as the test says and remembers what it was asked. */
export async function openPeer() {
  const requests: IncomingMessage[] = [];
  let answer = (_request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('content-type', 'application/json').end('{"items":[],"nextCursor":null}');
  };
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers: (next: typeof answer) => (answer = next),
    fails: (status = 503) => (answer = (_, response) => response.writeHead(status).end()),
    close: () => new Promise<void>((resolve) => server.closeAllConnections() ?? server.close(() => resolve())),
  };
}

export type Peer = Awaited<ReturnType<typeof openPeer>>;

/** The gateway on real Redis servers, before the given peer, at a time that the test moves. */
export async function openGateway(peer: Peer, changes: Partial<Deps> = {}) {
  if (!testStores) throw new Error('these tests need stores');
  let now = Date.now();
  const log = createLog({ service: 'gateway', level: 'silent' });
  const dir = mkdtempSync(join(tmpdir(), 'gateway-'));
  writeFileSync(join(dir, 'token'), `${merchantToken}\n`);
  const deps: Deps = {
    config: {
      ...testConfig('gateway', { scope: `test-${randomBytes(6).toString('hex')}` }),
      productUrl: peer.url,
      cacheUrl: testStores.cache.url,
      stateUrl: testStores.state.url,
      merchantTokenFile: join(dir, 'token'),
    },
    log,
    metrics: createMetrics({ service: 'gateway' }),
    cache: connectRedis({ ...testStores.cache, log, name: 'gateway-test' }),
    state: connectRedis({ ...testStores.state, log, name: 'gateway-test' }),
    product: createClient({ name: 'product', baseUrl: peer.url }),
    signingKey: await readPrivateKey(testCallerDir()),
    clock: { now: () => new Date(now) },
    ...changes,
  };
  const gateway = createGateway(deps);
  const { url } = await gateway.start();
  if (!changes.cache) await eventually(() => deps.cache.ping());
  if (!changes.state) await eventually(() => deps.state.ping());
  return {
    url,
    deps,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers }),
    later: (milliseconds: number) => (now += milliseconds),
    close: () => gateway.stop(),
  };
}
