import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, STATUS_CODES } from '../node-http.ts';
import { problemType } from './problem.ts';

/** Node's HTTP server with limits for slow clients, and problem documents for what Node itself refuses. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: 10_000,
      // Uploads are streams with an idle limit of their own (body.ts); this is the backstop.
      requestTimeout: 3_600_000,
      // Longer than the proxy in front keeps its idle connections, so that it is never we who close one that it is about to use.
      keepAliveTimeout: 75_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16_384,
    },
    listener,
  );
  server.on('clientError', refuse);
  trackSilent(server);
  return server;
}

/** Starts listening; rejects when the port is taken. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port: actual, family } = server.address() as AddressInfo;
  const reachable =
    address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${reachable}:${actual}`;
}

/** Stops accepting, closes idle connections, and resolves when the requests in flight are answered. */
export async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const silent = setTimeout(() => closeSilent(server), silentGraceMs);
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  server.closeIdleConnections();
  await closed.finally(() => {
    clearTimeout(silent);
    clearInterval(sweep);
  });
}

/** What a connection without any request yet may still take to send one, once we stop. */
const silentGraceMs = 1_000;
const silentSockets = new WeakMap<Server, Set<Socket>>();

/** Node counts a connection as idle only after its first request: without this, one that never asks would hold up the end. */
function trackSilent(server: Server): void {
  const silent = new Set<Socket>();
  silentSockets.set(server, silent);
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
}

function closeSilent(server: Server): void {
  for (const socket of silentSockets.get(server) ?? []) socket.destroy();
}

function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const code = status === 431 ? 'headers-too-large' : status === 408 ? 'request-too-slow' : 'malformed-request';
  const body = JSON.stringify({
    type: `/problems/${code}`,
    title: STATUS_CODES[status],
    status,
    detail: 'The request could not be read.',
    code,
    requestId: '',
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: ${problemType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
