import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kind } from '../src/cluster.ts';
import { clientOf, json, object, reset, startFaultServer, status } from './fault-server.ts';
import type { FaultServer } from './fault-server.ts';

const ConfigMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const key = { namespace: 'shop', name: 'a' };

describe('calls to the API server', () => {
  let server: FaultServer;
  let client: ReturnType<typeof clientOf>;
  beforeEach(async () => {
    server = await startFaultServer();
    client = clientOf(server);
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  it('share connections: a hundred calls at once need no more than 32', async () => {
    server.onList(json(object('a', 1)));
    await Promise.all(Array.from({ length: 100 }, () => client.cluster.get(ConfigMap, key)));
    expect(server.requests).toHaveLength(100);
    expect(server.connections()).toBeLessThanOrEqual(32);
  });

  it('carry the token, the field manager and strict validation', async () => {
    server.onWrite(json(object('a', 1)));
    await client.cluster.apply(ConfigMap, object('a', 1), { force: true });
    const [{ method, path, query, headers } = {}] = server.requests as [(typeof server.requests)[0]?];
    expect([method, path]).toEqual(['PATCH', '/api/v1/namespaces/shop/configmaps/a']);
    expect(Object.fromEntries(query ?? [])).toEqual({ fieldManager: 'test', fieldValidation: 'Strict', force: 'true' });
    expect(headers).toMatchObject({
      authorization: 'Bearer let-me-in',
      'content-type': 'application/apply-patch+yaml',
    });
  });

  it('are repeated when the server is overloaded or the connection breaks', async () => {
    server.onList(status(503), (_, response) => reset(response), status(500), json(object('a', 7)));
    expect((await client.cluster.get(ConfigMap, key))?.metadata.resourceVersion).toBe('7');
    expect(server.requests).toHaveLength(4);
  });

  it('wait as long as Retry-After says', async () => {
    server.onList(status(429, { 'retry-after': '1' }), json(object('a', 7)));
    const began = performance.now();
    await client.cluster.get(ConfigMap, key);
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('give up after five tries and say what was wrong', async () => {
    server.onList(status(500));
    await expect(client.cluster.get(ConfigMap, key)).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('answered 500') as string,
    });
    expect(server.requests).toHaveLength(5);
  });

  it('do not make an object twice: a create whose answer was lost is not repeated', async () => {
    server.onWrite((_, response) => reset(response));
    await expect(client.cluster.create(ConfigMap, object('a', 1))).rejects.toMatchObject({
      status: 0,
      reason: 'NoAnswer',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('do not wait for ever', async () => {
    const impatient = clientOf(server, { timeoutMs: 50 });
    server.onList(() => undefined);
    await expect(impatient.cluster.get(ConfigMap, key)).rejects.toMatchObject({ status: 0, reason: 'NoAnswer' });
    await impatient.close();
  });

  it('report themselves for the metrics', async () => {
    const seen: string[] = [];
    const observed = clientOf(server, {
      onCall: ({ verb, kind, status: code }) => seen.push(`${verb} ${kind.plural} ${code}`),
    });
    server.onList(status(503), status(404));
    await observed.cluster.get(ConfigMap, key);
    expect(seen).toEqual(['get configmaps 503', 'get configmaps 404']);
    await observed.close();
  });
});
