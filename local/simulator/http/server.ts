import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestFault } from '../faults/rules.ts';
import { UnreadableRequest, readCall, type Answer, type Call } from './call.ts';

/** What is to come of a request, decided before anything is done. */
export type Verdict = {
  /** The machine's milliseconds before it is done. */
  latencyMs: number;
  fault: RequestFault | undefined;
  /** Does it, or says why not; one transaction. */
  carryOut: () => Answer;
  /** After the answer is on its way, or is never to come. */
  finish: () => void;
};

export type Listener = { address: string; port: number; close: () => Promise<void> };

export type ServerDeps = {
  address: string;
  port: number;
  judge: (call: Call) => Verdict;
  /** In the vendor's words. */
  refuse: (status: 400 | 500) => Answer;
};

/** The socket's part of a fault happens here; what is done and when it is committed is `judge`'s part. */
export async function listen({ address, port, judge, refuse }: ServerDeps): Promise<Listener> {
  const end = new AbortController();
  // A client whose process was busy must not find its idle connection closed.
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    const serve = async () => {
      const call = await readCall(request);
      await answer(response, judge(call), end.signal);
    };
    serve().catch((error: unknown) => {
      if (end.signal.aborted || response.destroyed) return response.destroy();
      if (error instanceof UnreadableRequest) return send(response, refuse(400));
      console.error(error);
      return send(response, refuse(500));
    });
  });
  await start(server, address, port);
  return {
    address,
    port: (server.address() as AddressInfo).port,
    async close() {
      end.abort();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(response: ServerResponse, verdict: Verdict, signal: AbortSignal): Promise<void> {
  const { fault, latencyMs, carryOut, finish } = verdict;
  try {
    if (fault?.kind === 'down') return void response.destroy();
    const beforeMs = fault?.kind === 'slow' ? fault.byMs : latencyMs;
    if (beforeMs > 0) await pause(beforeMs, undefined, { signal });
    const answered = carryOut();
    if (fault?.kind === 'hang') await pause(fault.forMs, undefined, { signal });
    if (fault?.kind === 'lost-response') return void response.destroy();
    send(response, answered);
  } finally {
    finish();
  }
}

function send(response: ServerResponse, { status, headers = {}, json, text }: Answer): void {
  if (response.destroyed) return;
  const content = text?.content ?? (json === undefined ? '' : JSON.stringify(json));
  const type = text?.type ?? 'application/json';
  response.writeHead(status, {
    ...(content.length > 0 ? { 'content-type': type } : {}),
    'content-length': Buffer.byteLength(content),
    ...headers,
  });
  response.end(content);
}

function start(server: Server, address: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, address, () => {
      server.off('error', fail);
      done();
    });
  });
}
