/** A real server of Cloud Storage's API on loopback, and a front before it that can fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { delimiter, join } from 'node:path';
import { eventually } from '@storefront/kit/testing';
import getPort from 'get-port';

const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'fake-gcs-server'))
  .find(isExecutable);

/** Empty when the server can be started; else for the name of what is skipped. */
export const whyNoBucket = program ? '' : '(skipped: no fake-gcs-server; run make test)';

export type StoredObject = { name: string; size: string; contentType: string; generation: string };
export type BucketServer = Awaited<ReturnType<typeof openBucketServer>>;
export const bucket = 'acme-media';

export async function openBucketServer() {
  const port = await getPort();
  const url = `http://127.0.0.1:${port}`;
  const options = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const server = spawn(program ?? '', [...options, '-log-level', 'error'], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const make = { method: 'POST', body: JSON.stringify({ name: bucket }) };
  const isJson = { 'content-type': 'application/json' };
  await eventually(
    async () => {
      const made = await fetch(`${url}/storage/v1/b?project=test`, { ...make, headers: isJson });
      if (!made.ok) throw new Error(`the bucket was answered ${made.status}`);
    },
    { within: '20s' },
  );

  const objects = `${url}/storage/v1/b/${bucket}/o`;
  return {
    url,
    async objects(): Promise<StoredObject[]> {
      const { items = [] } = (await (await fetch(objects)).json()) as { items?: StoredObject[] };
      return items;
    },
    /** As whoever has rights on the bucket: no precondition, any size. */
    async put(key: string, bytes: Uint8Array<ArrayBuffer>) {
      const query = new URLSearchParams({ uploadType: 'media', name: key }).toString();
      await fetch(`${url}/upload/storage/v1/b/${bucket}/o?${query}`, { method: 'POST', body: bytes });
    },
    async remove(key: string) {
      await fetch(`${objects}/${encodeURIComponent(key)}`, { method: 'DELETE' });
    },
    async close() {
      server.kill();
      await ended;
    },
  };
}

/** What becomes of the next request: a status instead of an answer, silence, half an answer, or none although it was done. */
export type Fault = number | 'silence' | 'half' | 'lost';
export type Front = Awaited<ReturnType<typeof openFront>>;

export async function openFront(behind: string) {
  const faults: Fault[] = [];
  const seen: string[] = [];
  const bearers: (string | undefined)[] = [];
  const isAway = { value: false };
  const server = createServer((request, response) => {
    if (isAway.value) return void response.destroy();
    seen.push(request.method ?? '');
    bearers.push(request.headers.authorization);
    answer(behind, { request, response, fault: faults.shift() }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    bearers,
    next: (...next: Fault[]) => void faults.push(...next),
    /** From now on nobody answers, until it is mended. */
    cut: () => void (isAway.value = true),
    mend: () => void (isAway.value = false),
    close() {
      server.close().closeAllConnections();
    },
  };
}

type Exchange = { request: IncomingMessage; response: ServerResponse; fault: Fault | undefined };

async function answer(behind: string, { request, response, fault }: Exchange): Promise<void> {
  const body = await buffer(request);
  if (fault === 'silence') return;
  if (typeof fault === 'number') return void response.writeHead(fault).end('a bad day');
  const { method = 'GET', url = '/', headers } = request;
  const type = headers['content-type'];
  const forwarded = await fetch(behind + url, {
    method,
    ...(type ? { headers: { 'content-type': type } } : {}),
    ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await forwarded.arrayBuffer());
  if (fault === 'lost') return void response.destroy();
  response.writeHead(forwarded.status, { 'content-length': bytes.length });
  if (fault !== 'half') return void response.end(bytes);
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
