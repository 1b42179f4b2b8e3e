import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect, freshBucket, testNotes, write } from './notes.ts';

type Certificate = { key: string; file: string };

/** Of an authority of its own, for that name. */
function certificate(dir: string, name: string, subject: string): Certificate {
  const [key, file] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subject}`];
  execFileSync('openssl', [...made, ...names, '-keyout', key, '-out', file], { stdio: 'ignore' });
  return { key, file };
}

/** What a client sends first when it wants TLS: https://www.postgresql.org/docs/18/protocol-message-formats.html */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** A wire to a real server whose near end speaks TLS only; it counts who spoke in the clear. */
async function secureWire(target: { host: string; port: number }, { key, file }: Certificate) {
  const sockets = new Set<Socket>();
  const seen = { secure: 0, clear: 0 };
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => near.destroy());
    near.once('data', (first: Buffer) => {
      if (!first.equals(sslRequest)) {
        seen.clear += 1;
        return near.destroy();
      }
      near.write('S');
      const secure = new TLSSocket(near, { isServer: true, key: readFileSync(key), cert: readFileSync(file) });
      const far = connectSocket(target);
      sockets.add(far);
      secure.once('secure', () => (seen.secure += 1));
      for (const end of [secure, far]) end.on('error', () => near.destroy());
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      secure.pipe(far).pipe(secure);
    });
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

describe.skipIf(!testStores?.orders)(`sslmode of a server's URL ${whyNoShards}`, () => {
  let servers: TestShards;
  let dir: string;
  let right: Certificate;
  let other: Certificate;
  beforeAll(async () => {
    servers = await testNotes();
    dir = mkdtempSync(join(tmpdir(), 'postgres-tls-'));
    right = certificate(dir, 'server', 'IP:127.0.0.1');
    other = certificate(dir, 'other', 'DNS:elsewhere.example');
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await servers.close();
  });

  /** Writes a row through the wire. */
  async function writeWith(query: string, { shows, caFile }: { shows: Certificate; caFile?: string }) {
    const [first] = servers.shards;
    const url = new URL(first?.url ?? '');
    const wire = await secureWire({ host: url.hostname, port: Number(url.port) }, shows);
    Object.assign(url, { hostname: '127.0.0.1', port: String(wire.port), search: query });
    const shard = { name: 'orders-1', ...first, url: url.href, replicas: [], pool: 1, ...(caFile ? { caFile } : {}) };
    const shards = connect(servers, { shards: [shard] });
    const written = await write(shards, freshBucket(servers, 0), 'a').then(
      () => 'written',
      () => 'refused',
    );
    return { written, ...wire.seen };
  }

  it.each([
    ['verify-full', 'its authority', true],
    ['require', 'its authority', true],
    ['require', 'no authority', false],
    ['no-verify', 'no authority', false],
  ])('%s with %s is encrypted', async (mode, _, hasAuthority) => {
    const ca = hasAuthority ? { caFile: right.file } : {};
    const outcome = await writeWith(`?sslmode=${mode}`, { shows: right, ...ca });
    expect(outcome).toMatchObject({ written: 'written', clear: 0 });
    expect(outcome.secure).toBeGreaterThan(0);
  });

  it('is verify-full where a certificate of the authority is given and no mode', async () => {
    expect(await writeWith('', { shows: right, caFile: right.file })).toMatchObject({ written: 'written', clear: 0 });
    expect(await writeWith('', { shows: other, caFile: right.file })).toMatchObject({ written: 'refused', clear: 0 });
  });

  it.each(['verify-full', 'verify-ca', 'require'])('%s refuses a server of another authority', async (mode) => {
    const outcome = await writeWith(`?sslmode=${mode}`, { shows: other, caFile: right.file });
    expect(outcome).toMatchObject({ written: 'refused', clear: 0 });
  });

  it('verify-full wants the name too, require does not', async () => {
    const given = { shows: other, caFile: other.file };
    expect(await writeWith('?sslmode=verify-full', given)).toMatchObject({ written: 'refused', clear: 0 });
    expect(await writeWith('?sslmode=require', given)).toMatchObject({ written: 'written', clear: 0 });
  });

  it('verify-full without a file trusts only what Node trusts', async () => {
    expect(await writeWith('?sslmode=verify-full', { shows: right })).toMatchObject({ written: 'refused', clear: 0 });
  });

  it('speaks in the clear only where it says so', async () => {
    expect(await writeWith('?sslmode=disable', { shows: right })).toMatchObject({ written: 'refused', secure: 0 });
    expect(() =>
      connect(servers, { shards: [{ name: 'a', url: 'postgres://a/b?sslmode=prefer', replicas: [], pool: 1 }] }),
    ).toThrow(/sslmode=prefer is not supported/);
  });
});
