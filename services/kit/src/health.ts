import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';
import { createServer } from './node-http.ts';

/** Ready means started and not draining; never the health of a store, or one lost store would empty the fleet. */
export type Health = {
  readonly isReady: boolean;
  readonly isDraining: boolean;
  started(): void;
  draining(): void;
};

export function createHealth(): Health {
  let state: 'starting' | 'ready' | 'draining' = 'starting';
  return {
    get isReady() {
      return state === 'ready';
    },
    get isDraining() {
      return state === 'draining';
    },
    started() {
      if (state === 'starting') state = 'ready';
    },
    draining() {
      state = 'draining';
    },
  };
}

/** `/livez`, `/readyz` and `/metrics` for a process that serves nothing else (the operator). */
export function createHealthServer({
  health,
  metrics,
  port,
  host = '0.0.0.0',
}: {
  health: Health;
  metrics: Metrics;
  port: number;
  host?: string;
}) {
  const server: Server = createServer((request, response) => {
    void answerProbe(request.url ?? '/', { health, metrics }).then(({ status, contentType, text }) =>
      response.writeHead(status, { 'content-type': contentType }).end(text),
    );
  });
  return {
    async start(): Promise<{ url: string }> {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export type ProbeAnswer = { status: number; contentType: string; text: string };

export const probePaths: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

export async function answerProbe(
  path: string,
  { health, metrics }: { health: Health; metrics: Metrics },
): Promise<ProbeAnswer> {
  const contentType = 'text/plain; charset=utf-8';
  switch (path) {
    case '/livez':
      return { status: 200, contentType, text: 'ok\n' };
    case '/readyz':
      return health.isReady
        ? { status: 200, contentType, text: 'ok\n' }
        : { status: 503, contentType, text: health.isDraining ? 'draining\n' : 'starting\n' };
    case '/metrics':
      return { status: 200, contentType: metrics.registry.contentType, text: await metrics.registry.metrics() };
    default:
      return { status: 404, contentType, text: 'not found\n' };
  }
}
