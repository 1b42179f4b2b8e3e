/** The way out of the namespace, to one address: `node local/edge/relay.ts <unix socket> <origin>`. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** Of one connection, not of the request: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const ofConnection = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect']);

/** Carries each request to `origin` and its answer back, as they are; by the proxy of the environment where there is one. */
export function createRelay(origin: string, dispatcher: Dispatcher = new EnvHttpProxyAgent()): Server {
  return createServer((incoming, answer) => {
    carry(incoming, answer, { origin, dispatcher }).catch((error: unknown) => {
      console.error(`${incoming.method} ${incoming.url}: ${String(error)}`);
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    });
  });
}

type Way = { origin: string; dispatcher: Dispatcher };

async function carry(incoming: IncomingMessage, answer: ServerResponse, { origin, dispatcher }: Way): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const headers = Object.entries(incoming.headers).filter(([name]) => !ofConnection.has(name));
  const response = await dispatcher.request({
    origin,
    path: url,
    method: method as Dispatcher.HttpMethod,
    headers: Object.fromEntries(headers),
    body: method === 'GET' || method === 'HEAD' ? null : incoming,
  });
  const returned = Object.entries(response.headers).filter(([name]) => !ofConnection.has(name));
  answer.writeHead(response.statusCode, Object.fromEntries(returned) as Record<string, string | string[]>);
  await pipeline(response.body, answer);
}

if (import.meta.main) {
  const [socket = '', origin = ''] = process.argv.slice(2);
  rmSync(socket, { force: true });
  // The folder keeps others out; who serves the namespace is another user.
  createRelay(origin).listen(socket, () => chmodSync(socket, 0o666));
}
