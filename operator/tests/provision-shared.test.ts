/** A Redis with one account, as a Memorystore is: `requirepass`, and no command that makes accounts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { eventually } from '@storefront/kit/testing';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fleet } from '../src/fleet.ts';
import { type ProvisionPlan, provisionPlan } from '../src/provision/plan.ts';
import { provisionRedis, removeRedis } from '../src/provision/redis.ts';
import { render } from '../src/storefront/render.ts';
import { sampleStorefront } from '../src/testing/samples.ts';
import { findInRoot, findProgram, missing } from './checks.ts';

const onPath = findProgram('redis-server');
const server = onPath ? [onPath] : findInRoot('usr/bin/redis-server');
const needed = { 'redis-server': server };

describe.skipIf(missing(needed))(`a Redis with one account${missing(needed)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const written: string[] = [];
  const log = createLog({ service: 'test', level: 'info', destination: { write: (line) => void written.push(line) } });
  let redis: ChildProcess;
  let port: number;
  let admin: Redis;
  let password: string;
  let plan: ProvisionPlan['redis'][number];

  beforeAll(async () => {
    port = await getPort();
    password = randomBytes(16).toString('hex');
    redis = start(folder, port, password);
    admin = new Redis({ port, password, enableReadyCheck: false });
    admin.on('error', () => undefined); // It is not up yet.
    await eventually(() => admin.ping(), { within: '10s' });
  });

  afterAll(async () => {
    admin?.disconnect();
    redis?.kill('SIGTERM');
    if (redis) await once(redis, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    written.length = 0;
    await admin.flushall();
    plan = planFor({ folder, port, secrets: { 'acme-cache-admin': { username: 'default', password } } });
  });

  it('is ready when its login works; nothing is made in it', async () => {
    await provisionRedis(plan, log);
    expect(written.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ store: 'cache', account: 'default', services: ['gateway'] }),
    ]);
    expect(await admin.dbsize()).toBe(0);
  });

  it('takes the login that a pod of a service finds among its credentials', async () => {
    const login = readAccount(join(folder, 'pod'), 'cache');
    const service = new Redis({ port, ...login, enableReadyCheck: false, keyPrefix: 'acme-eu:gateway:' });
    await service.set('greeting', 'hello', 'EX', 60);
    expect(await admin.get('acme-eu:gateway:greeting')).toBe('hello');
    service.disconnect();
  });

  it('that refuses the login is named, and the password is not', async () => {
    writeFileSync(join(plan.adminDir, 'password'), 'of yesterday');
    const failing = provisionRedis(plan, log);
    await expect(failing).rejects.toThrow(/^stores\.cache \(127\.0\.0\.1:\d+\) refused the account default: WRONGPASS/);
    await expect(failing).rejects.not.toThrow(/yesterday/);
  });

  it('is known by its new password as soon as the Secret has it', async () => {
    const renewed = randomBytes(16).toString('hex');
    await admin.config('SET', 'requirepass', renewed);
    await expect(provisionRedis(plan, log)).rejects.toThrow(/WRONGPASS/);
    password = renewed;
    writeFileSync(join(plan.adminDir, 'password'), `${renewed}\n`);
    await provisionRedis(plan, log);
  });

  it('that was taken for one with accounts says what to set', async () => {
    const perService = sampleStorefront('production');
    delete perService.spec.stores.cache.accounts;
    const account = { username: 'acme-eu-gateway', password: 'p' };
    const secrets = { 'acme-cache-admin': { username: 'default', password } };
    const wrong = planFor({ folder, port, secrets, storefront: perService, account });
    await expect(provisionRedis(wrong, log)).rejects.toThrow(
      /refused to make the user acme-eu-gateway: .*ACL.* set stores\.cache\.accounts: Shared$/,
    );
  });

  it('loses the keys of the shop that goes, and no others', async () => {
    await admin.mset(
      'acme-eu:gateway:a',
      '1',
      'acme-eu:gateway:b',
      '2',
      'acme-us:gateway:a',
      '3',
      'acme-eu:web:a',
      '4',
    );
    await removeRedis(plan, log);
    await removeRedis(plan, log);
    expect((await admin.keys('*')).toSorted()).toEqual(['acme-eu:web:a', 'acme-us:gateway:a']);
  });
});

function start(folder: string, port: number, password: string): ChildProcess {
  const file = join(folder, 'redis.conf');
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, 'save ""', `requirepass ${password}`];
  writeFileSync(file, [...lines, 'rename-command ACL ""', ''].join('\n'), { mode: 0o600 });
  return spawn(server![0]!, [...server!.slice(1), file], { stdio: 'ignore' });
}

type Mounted = {
  folder: string;
  port: number;
  secrets: Record<string, Record<string, string>>;
  storefront?: ReturnType<typeof sampleStorefront>;
  /** Of the gateway, where it has one. */
  account?: { username: string; password: string };
};

/** The plan of the cache with its files as the Job's pod has them, and the gateway's as its Deployment mounts them. */
function planFor({ folder, port, secrets, storefront = sampleStorefront('production'), account }: Mounted) {
  const [plan] = provisionPlan(storefront, fleet).redis;
  const adminDir = put(join(folder, 'admin'), secrets['acme-cache-admin']!);
  put(join(folder, 'pod'), credentialsOf(storefront, secrets));
  const { caFile: _, ...rest } = plan!;
  const own = account ? put(join(folder, 'account'), account) : '';
  const accounts = rest.accounts.map((one) => ({
    ...one,
    usernameFile: join(own, 'username'),
    passwordFile: join(own, 'password'),
  }));
  return { ...rest, url: `redis://127.0.0.1:${port}`, adminDir, accounts };
}

type Source = { secret: { name: string; items: { key: string; path: string }[] } };

/** File → content of the gateway's credentials folder, as the kubelet makes it of the Secrets that are given. */
function credentialsOf(storefront: Parameters<typeof render>[0], secrets: Mounted['secrets']): Record<string, string> {
  const gateway = render(storefront, fleet, {}).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'acme-gateway',
  ) as unknown as { spec: { template: { spec: { volumes: { name: string; projected?: { sources: Source[] } }[] } } } };
  const { projected } = gateway.spec.template.spec.volumes.find(({ name }) => name === 'credentials')!;
  return Object.fromEntries(
    (projected?.sources ?? []).flatMap(({ secret: { name, items } }) =>
      items.flatMap(({ key, path }) => (secrets[name]?.[key] ? [[path, secrets[name][key]]] : [])),
    ),
  );
}

function put(folder: string, files: Record<string, string>): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
