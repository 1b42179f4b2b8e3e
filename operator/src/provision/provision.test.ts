import { describe, expect, it } from 'vitest';
import { fleet } from '../fleet.ts';
import { render } from '../storefront/render.ts';
import { sampleStorefront } from '../testing/samples.ts';
import { policyRules } from './consul.ts';
import { patiently, Refusal } from './patience.ts';
import { provisionPlan, ProvisionPlan } from './plan.ts';
import { userRules } from './redis.ts';

describe('the provision plan', () => {
  const plan = provisionPlan(sampleStorefront('production'), fleet);

  it('is what the Job can read', () => {
    expect(ProvisionPlan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it('names an account for each service in each of its stores', () => {
    expect(plan.mongo.map(({ store, accounts }) => [store, accounts.map(({ service }) => service)])).toEqual([
      ['products', ['product']],
    ]);
    const { redis } = provisionPlan(sampleStorefront('local'), fleet);
    expect(redis.map(({ store, accounts }) => [store, accounts.map(({ keys }) => keys)])).toEqual([
      ['cache', [expect.stringMatching(/^acme-[0-9a-f]{6}:gateway:\*$/)]],
      ['state', [expect.stringMatching(/^acme-[0-9a-f]{6}:gateway:\*$/)]],
    ]);
    expect(redis.map(({ sharedBy }) => sharedBy)).toEqual([undefined, undefined]);
  });

  it('makes no accounts where a server has one, and knows whose keys are there', () => {
    const sharedBy = [{ service: 'gateway', keys: 'acme-eu:gateway:*' }];
    expect(plan.redis).toMatchObject([
      { store: 'cache', accounts: [], sharedBy },
      { store: 'state', accounts: [], sharedBy },
    ]);
    const mixed = sampleStorefront('production');
    delete mixed.spec.stores.state.accounts;
    expect(provisionPlan(mixed, fleet).redis.map(({ accounts }) => accounts.length)).toEqual([0, 1]);
  });

  it('speaks TLS where the store does, and takes the database that is given', () => {
    expect(plan.mongo[0]).toMatchObject({
      url: 'mongodb://mongo-routers.mongo.svc.cluster.local:27017/admin?tls=true',
      caFile: '/etc/storefront/ca/products/ca.crt',
    });
    expect(plan.mongo[0]!.accounts[0]!.database).toBe('acme-products');
    expect(plan.redis[0]!.url).toBe('rediss://10.20.3.10:6378');
  });

  it.each(['local', 'production'] as const)(
    'finds each of its files where the Job of the %s sample mounts one',
    (name) => {
      const sample = sampleStorefront(name);
      const job = render(sample, fleet, {}).find(({ kind }) => kind === 'Job') as unknown as {
        spec: {
          template: {
            spec: {
              containers: { volumeMounts: { name: string; mountPath: string }[] }[];
              volumes: { name: string; secret?: { items: { path: string }[] } }[];
            };
          };
        };
      };
      const { containers, volumes } = job.spec.template.spec;
      const mounted = containers[0]!.volumeMounts.flatMap(({ name, mountPath }) =>
        (volumes.find((volume) => volume.name === name)?.secret?.items ?? []).map(({ path }) => `${mountPath}/${path}`),
      );
      const wanted = JSON.stringify(provisionPlan(sample, fleet))
        .match(/\/etc\/storefront\/[^"]+/g)!
        .flatMap((path) => (/\/admin\/(?!consul)/.test(path) ? [`${path}/username`, `${path}/password`] : [path]))
        .map((path) => (path.endsWith('/admin/consul') ? `${path}/token` : path));
      expect(wanted.filter((path) => !mounted.includes(path))).toEqual([]);
    },
  );
});

describe('rights', () => {
  it('in Consul are exact names, so that no name can begin with another', () => {
    const rules = policyRules({ service: 'web', name: 'a-web', reads: ['a-gateway'], tokenFile: '' });
    expect(rules).toBe(
      'service "a-web" { policy = "write" }\nnode_prefix "a-web-" { policy = "write" }\n' +
        'service "a-gateway" { policy = "read" }\nnode_prefix "a-gateway-" { policy = "read" }\n',
    );
  });

  it('in Redis never hold the password itself', () => {
    const rules = userRules({ username: 'a', password: 'secret' }, 'a:b:*');
    expect(rules.join(' ')).not.toContain('secret');
    expect(rules[0]).toBe('reset');
    expect(rules).toContain('~a:b:*');
  });
});

describe('patience', () => {
  it('tries again what may pass', async () => {
    let attempts = 0;
    const work = () => (++attempts < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('there'));
    expect(await patiently(work, { within: '5s', every: '1ms' })).toBe('there');
    expect(attempts).toBe(3);
  });

  it('does not try again what was refused', async () => {
    let attempts = 0;
    const work = () => {
      attempts++;
      return Promise.reject(new Refusal('wrong password'));
    };
    await expect(patiently(work, { within: '5s', every: '1ms' })).rejects.toThrow('wrong password');
    expect(attempts).toBe(1);
  });

  it('ends with what it last saw', async () => {
    const work = () => Promise.reject(new Error('connection refused'));
    await expect(patiently(work, { within: '10ms', every: '5ms' })).rejects.toThrow('connection refused');
  });
});
