/** What the tests of the provision Job share: the real stores, the files of the Job's pod, and its log. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLog } from '@storefront/kit/log';
import type { ProvisionPlan } from '../../src/provision/plan.ts';

export type Account = { url: string; username: string; password: string };
export type TestStores = Record<'mongo' | 'cache' | 'state' | 'customers', Account> & {
  orders: (Account & { name: string })[];
  broker: Account & { management: string };
  consul: { https: string; datacenter: string; token: string; caPem: string };
};

const path = process.env['STOREFRONT_TEST_STORES'];
export const whyNoStores = path ? '' : ' (skipped: STOREFRONT_TEST_STORES is not set, run make test)';
export const stores = (path ? JSON.parse(readFileSync(path, 'utf8')) : undefined) as TestStores;

export const newScope = (): string => `test-${randomBytes(4).toString('hex')}`;
export const newPassword = (): string => randomBytes(24).toString('base64url');

/** A folder in which the Job finds its Secrets. */
export function jobFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'provision-'));
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  };
  return {
    put,
    read: (file: string) => readFileSync(join(folder, file), 'utf8'),
    /** Writes a login and says where. */
    login(place: string, { username, password }: { username: string; password: string }) {
      return { usernameFile: put(`${place}-username`, username), passwordFile: put(`${place}-password`, password) };
    },
    admin(place: string, { username, password }: { username: string; password: string }) {
      put(`${place}/username`, username);
      put(`${place}/password`, `${password}\n`);
      return join(folder, place);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type JobFiles = ReturnType<typeof jobFiles>;

/** Nothing to do anywhere. */
export function idlePlan(files: JobFiles): ProvisionPlan {
  const { https, datacenter, token, caPem } = stores.consul;
  const caFile = files.put('ca/consul/ca.crt', caPem);
  const adminDir = dirname(files.put('admin/consul/token', token));
  const consul = { urls: [https], serverName: `server.${datacenter}.consul`, adminDir, caFile, accounts: [] };
  return { postgres: [], mongo: [], redis: [], consul };
}

export function memoryLog() {
  const written: string[] = [];
  const log = createLog({ service: 'test', level: 'info', destination: { write: (line) => void written.push(line) } });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
