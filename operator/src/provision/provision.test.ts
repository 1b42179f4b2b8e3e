import { describe, expect, it } from 'vitest';
import { topologyOf } from '@storefront/kit/topology';
import type { Fleet } from '../fleet.ts';
import { render } from '../storefront/render.ts';
import { sampleStorefront, sellingFleet, smallFleet } from '../testing/samples.ts';
import { hashOf } from './broker/users.ts';
import { policyRules } from './consul.ts';
import { patiently, Refusal } from './patience.ts';
import { provisionPlan, ProvisionPlan } from './plan.ts';
import { verifierOf } from './postgres/roles.ts';
import { userRules } from './redis.ts';

describe('the provision plan', () => {
  const plan = provisionPlan(sampleStorefront('production'), smallFleet);
  const selling = provisionPlan(sampleStorefront('production'), sellingFleet);

  it('is what the Job can read', () => {
    for (const one of [plan, selling]) expect(ProvisionPlan.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
  });

  it('names an account for each service in each of its stores', () => {
    expect(plan.mongo.map(({ store, accounts }) => [store, accounts.map(({ service }) => service)])).toEqual([
      ['products', ['product']],
    ]);
    const { redis } = provisionPlan(sampleStorefront('local'), smallFleet);
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
    expect(provisionPlan(mixed, smallFleet).redis.map(({ accounts }) => accounts.length)).toEqual([0, 1]);
  });

  it('speaks TLS where the store does, and takes the database that is given', () => {
    expect(plan.mongo[0]).toMatchObject({
      url: 'mongodb://mongo-routers.mongo.svc.cluster.local:27017/admin?tls=true',
      caFile: '/etc/storefront/ca/products/ca.crt',
    });
    expect(plan.mongo[0]!.accounts[0]!.database).toBe('acme-products');
    expect(plan.redis[0]!.url).toBe('rediss://10.20.3.10:6378');
  });

  it('names every shard, with the role and the owner of each schema', () => {
    expect(selling.postgres.map(({ store, databases }) => [store, databases.map(({ path }) => path)])).toEqual([
      ['orders', ['spec.stores.orders.shards[orders-1]', 'spec.stores.orders.shards[orders-2]']],
      ['customers', ['spec.stores.customers']],
    ]);
    expect(selling.postgres[0]).toMatchObject({
      scope: 'acme-eu',
      accounts: [
        { service: 'order', schema: 'orders' },
        {
          service: 'payment',
          schema: 'payment',
          usernameFile: '/etc/storefront/credentials/payment/orders-username',
          owner: { usernameFile: '/etc/storefront/credentials/payment/orders-migrate-username' },
        },
        { service: 'shipping', schema: 'shipping' },
      ],
    });
  });

  it('gives the broker what its topology is made of, and asks nothing of a broker that nobody uses', () => {
    expect(plan).not.toHaveProperty('broker');
    expect(selling.broker).toMatchObject({
      vhost: 'acme-eu',
      managementUrls: ['https://broker.rabbitmq.svc.cluster.local:15671'],
      caFile: '/etc/storefront/ca/broker/ca.crt',
      declarations: {
        order: { consumes: ['payment.changed', 'shipment.changed'], queues: [] },
        payment: { publishes: ['payment.changed'], consumes: [], queues: ['webhooks'] },
        review: { publishes: [], consumes: ['order.placed'], queues: [] },
      },
    });
    const users = Object.keys(topologyOf(selling.broker!.declarations).permissions);
    expect(users.toSorted()).toEqual(['gateway', 'order', 'payment', 'product', 'review', 'shipping']);
  });

  it.each([
    ['local', 'of three', smallFleet],
    ['production', 'of three', smallFleet],
    ['local', 'that sells', sellingFleet],
    ['production', 'that sells', sellingFleet],
  ] as const)(
    'finds each of its files where the Job of the %s sample and the fleet %s mounts one',
    (name, _, table: Fleet) => {
      const sample = sampleStorefront(name);
      const followed = provisionPlan(sample, table);
      const job = render(sample, table, {}).find(({ kind }) => kind === 'Job') as unknown as {
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
      const wanted = JSON.stringify(followed)
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

  it('in PostgreSQL and RabbitMQ never hold the password itself', () => {
    // RFC 7677, section 3: the exchange of which this is the server's side.
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(verifierOf('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
    // https://www.rabbitmq.com/docs/passwords#computing-password-hash
    expect(hashOf('test12', Buffer.from('908DC60A', 'hex'))).toBe('kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR');
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
