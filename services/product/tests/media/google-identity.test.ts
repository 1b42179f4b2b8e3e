import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gcpMetadata } from 'google-auth-library';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applicationIdentity } from '../../src/media/google-identity.ts';

const accounts = '/computeMetadata/v1/instance/service-accounts/default';
const soon = () => AbortSignal.timeout(10_000);

/** The metadata server as a pod on GKE meets it; Google's own library is what asks it. */
describe('the identity of the pod', () => {
  let server: Server;
  let tokens = 0;
  let asked: (string | undefined)[] = [];
  let isReady = true;
  let isSilent = false;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url?.split('?')[0]);
      if (isSilent) return;
      if (!isReady || request.headers['metadata-flavor'] !== 'Google') return void response.writeHead(404).end();
      const token = { access_token: `token-${(tokens += 1)}`, expires_in: 3599, token_type: 'Bearer' };
      const body = request.url?.startsWith(`${accounts}/token`) ? JSON.stringify(token) : 'acme-project';
      response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': 'application/json' }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
    vi.stubEnv('HOME', '/nonexistent');
    gcpMetadata.setGCPResidency(false);
  });
  beforeEach(() => {
    [isReady, isSilent, asked] = [true, false, []];
    gcpMetadata.resetIsAvailableCache();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.close().closeAllConnections();
  });
  const askedForTokens = () => asked.filter((path) => path === `${accounts}/token`).length;

  it('is one token for many who ask at once, and for those who come later', async () => {
    const identity = applicationIdentity();
    const given = await Promise.all(Array.from({ length: 20 }, () => identity.token(soon())));
    expect(new Set([...given, await identity.token(soon())]).size).toBe(1);
    expect(askedForTokens()).toBe(1);
    expect(new Set(asked)).toEqual(new Set(['/computeMetadata/v1/instance', `${accounts}/token`]));
  });

  it('is another token once the first is not believed any more', async () => {
    const identity = applicationIdentity();
    const first = await identity.token(soon());
    identity.renew();
    expect(await identity.token(soon())).not.toBe(first);
  });

  it('is found as soon as the metadata server answers, which it does not when the pod starts', async () => {
    const identity = applicationIdentity();
    isReady = false;
    await expect(identity.token(soon())).rejects.toThrow('Google gave no access token');
    isReady = true;
    expect(await identity.token(soon())).toMatch(/^token-/);
  });

  it('is not waited for longer than the request can, and asked for anew by the next', async () => {
    const identity = applicationIdentity();
    isSilent = true;
    const start = performance.now();
    await expect(identity.token(AbortSignal.timeout(300))).rejects.toThrow('Google gave no access token');
    expect(performance.now() - start).toBeLessThan(2_000);
    isSilent = false;
    expect(await identity.token(soon())).toMatch(/^token-/);
  });
});
