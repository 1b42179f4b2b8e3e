/** A small API server for one kind over real HTTP, with the faults that real ones show: each test plans its own answers. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import type { Manifest } from '../src/cluster.ts';
import { createConnection } from '../src/kube/connection.ts';
import { createKubeCluster } from '../src/kube/kube-cluster.ts';

export type Handler = (request: IncomingMessage & { query: URLSearchParams }, response: ServerResponse) => void;

export type FaultServer = {
  url: string;
  /** Answers in order; the last one stays. */
  onList(...handlers: Handler[]): void;
  onWatch(...handlers: Handler[]): void;
  onWrite(...handlers: Handler[]): void;
  requests: { method: string; path: string; query: URLSearchParams; headers: IncomingMessage['headers'] }[];
  connections(): number;
  stop(): Promise<void>;
};

type Role = 'list' | 'watch' | 'write';

export async function startFaultServer(): Promise<FaultServer> {
  const plans: Record<Role, Handler[]> = { list: [status(404)], watch: [status(404)], write: [status(404)] };
  const requests: FaultServer['requests'] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    requests.push({ method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers });
    const role: Role = request.method !== 'GET' ? 'write' : searchParams.has('watch') ? 'watch' : 'list';
    const plan = plans[role];
    const handler = plan.length > 1 ? plan.shift() : plan[0];
    handler?.(Object.assign(request, { query: searchParams }), response);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onList: (...handlers) => void (plans.list = handlers),
    onWatch: (...handlers) => void (plans.watch = handlers),
    onWrite: (...handlers) => void (plans.write = handlers),
    requests,
    connections: () => connections,
    stop: () => stop(server),
  };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A cluster client that speaks to it over plain HTTP. */
export function clientOf(server: FaultServer, options: Partial<Parameters<typeof createKubeCluster>[1]> = {}) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'test', server: server.url, skipTLSVerify: true },
    { name: 'test', token: 'let-me-in' },
  );
  const connection = createConnection(config);
  return {
    cluster: createKubeCluster(connection, { fieldManager: 'test', pauseMs: 1, ...options }),
    close: () => connection.close(),
  };
}

export const object = (name: string, resourceVersion: number, data: Record<string, string> = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(resourceVersion) },
  data,
});

export const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    const body = {
      kind: 'Status',
      status: 'Failure',
      code,
      reason: code === 410 ? 'Expired' : 'InternalError',
      message: `answered ${code}`,
    };
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

export const json =
  (body: unknown): Handler =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

export const listOf = (resourceVersion: number, ...items: Manifest[]): Handler =>
  json({ kind: 'ConfigMapList', metadata: { resourceVersion: String(resourceVersion) }, items });

export const line = (type: string, value: unknown): string => `${JSON.stringify({ type, object: value })}\n`;

/** A watch that says these pieces and then goes on as `then` has it; it stays open unless told otherwise. */
export const stream =
  (pieces: (string | Uint8Array)[], then: (response: ServerResponse) => void = () => undefined): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    void (async () => {
      for (const piece of pieces) {
        await new Promise((resolve) => response.write(piece, resolve));
        await new Promise((resolve) => setTimeout(resolve, 5)); // its own packet
      }
      then(response);
    })();
  };

/** The connection breaks as when a machine between is gone: no end, a reset. */
export const reset = (response: ServerResponse): void => void response.socket?.resetAndDestroy();

export const end = (response: ServerResponse): void => void response.end();
