import { type Channel, connect } from 'amqplib';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { provision, remove } from '../../src/provision/provision.ts';
import type { Broker } from '../../src/provision/broker/api.ts';
import { idlePlan, jobFiles, memoryLog, newPassword, newScope, stores, whyNoStores } from './job.ts';

const declarations: Broker['declarations'] = {
  order: { publishes: ['order.placed', 'order.cancelled'], consumes: ['payment.changed'], queues: [] },
  payment: { publishes: ['payment.changed'], consumes: ['order.placed'], queues: ['webhooks'] },
  review: { publishes: [], consumes: ['order.placed'], queues: [] },
};

describe.skipIf(whyNoStores)(`provision of RabbitMQ${whyNoStores}`, () => {
  const scope = newScope();
  const files = jobFiles();
  const { log } = memoryLog();
  const passwords: Record<string, string> = Object.fromEntries(
    Object.keys(declarations).map((name) => [name, newPassword()]),
  );
  let broker: Broker;

  const planFor = (one: Broker) => ({ ...idlePlan(files), broker: one });
  const follow = (one = broker) => provision(planFor(one), { log, within: '20s' });

  beforeAll(async () => {
    broker = {
      vhost: scope,
      url: `${stores.broker.url}/${scope}`,
      managementUrls: [stores.broker.management],
      adminDir: files.admin('admin/broker', stores.broker),
      accounts: Object.keys(declarations).map((service) => ({
        service,
        ...files.login(`${service}/broker`, { username: `${scope}-${service}`, password: passwords[service]! }),
      })),
      declarations,
    };
    await follow();
  });

  afterAll(async () => {
    if (!whyNoStores) await api('DELETE', `vhosts/${scope}`);
    files.remove();
  });

  /** Works on a channel of a service; what the broker objects to closes it, and is thrown. */
  async function as<Result>(service: string, work: (channel: Channel) => Promise<Result>): Promise<Result> {
    const { host } = new URL(stores.broker.url);
    const connection = await connect(`amqp://${scope}-${service}:${passwords[service]}@${host}/${scope}`);
    const channel = await connection.createChannel();
    const closed = new Promise<never>((_, fail) => channel.once('error', fail));
    closed.catch(() => undefined);
    try {
      return await Promise.race([work(channel), closed]);
    } finally {
      await connection.close();
    }
  }

  /** Waits for the answer to something that needs no right, after which an objection to what came before would be there. */
  const publish = (service: string, exchange: string, key: string) =>
    as(service, async (channel) => {
      channel.publish(exchange, key, Buffer.from('{}'));
      await channel.prefetch(1);
      await channel.prefetch(2);
    });

  const depthOf = (queue: string) =>
    as(queue.split('.')[0]!, async (channel) => (await channel.checkQueue(queue)).messageCount);

  it('leads an event to the queues of those who consume it', async () => {
    await publish('order', 'events', 'order.placed');
    for (const queue of ['payment', 'review'])
      await vi.waitFor(async () => expect(await depthOf(queue)).toBe(1), 5_000);
    expect(await depthOf('order')).toBe(0);
    await publish('payment', 'payment.direct', 'payment.webhooks');
    await vi.waitFor(async () => expect(await depthOf('payment.webhooks')).toBe(1), 5_000);
  });

  it('lets a service publish nothing but its own events', async () => {
    const refused = /ACCESS_REFUSED/;
    await expect(publish('order', 'events', 'payment.changed')).rejects.toThrow(refused);
    await expect(publish('review', 'events', 'order.placed')).rejects.toThrow(refused);
    await expect(publish('order', 'payment.direct', 'payment.webhooks')).rejects.toThrow(refused);
    await expect(publish('order', 'dead-letters', 'payment')).rejects.toThrow(refused);
    await expect(publish('order', '', 'payment')).rejects.toThrow(refused);
  });

  it('lets a service read nothing but its own queues', async () => {
    expect(await as('review', (channel) => channel.get('review'))).toMatchObject({
      fields: { routingKey: 'order.placed' },
    });
    for (const queue of ['payment', 'payment.webhooks', 'payment.dead', 'unclaimed.dead', 'order'])
      await expect(
        as('review', (channel) => channel.get(queue)),
        queue,
      ).rejects.toThrow(/ACCESS_REFUSED/);
  });

  it('lets a service make, bind and delete nothing of others', async () => {
    await expect(as('order', (channel) => channel.assertQueue('mine'))).rejects.toThrow(/ACCESS_REFUSED/);
    await expect(as('order', (channel) => channel.assertExchange('mine', 'topic'))).rejects.toThrow(/ACCESS_REFUSED/);
    await expect(as('order', (channel) => channel.bindQueue('order', 'events', '#'))).rejects.toThrow(/ACCESS_REFUSED/);
    await expect(as('order', (channel) => channel.deleteQueue('payment'))).rejects.toThrow(/ACCESS_REFUSED/);
    await expect(as('order', (channel) => channel.deleteExchange('events'))).rejects.toThrow(/ACCESS_REFUSED/);
  });

  it('gives a queue that somebody makes by hand a place for its dead letters', async () => {
    await api('PUT', `queues/${scope}/by-hand`, { durable: true, arguments: {} });
    await vi.waitFor(async () => {
      const found = await api('GET', `queues/${scope}/by-hand`);
      expect(found).toMatchObject({ effective_policy_definition: { 'dead-letter-exchange': 'dead-letters' } });
    }, 10_000);
    await api('DELETE', `queues/${scope}/by-hand`);
  });

  it('changes nothing the second time', async () => {
    const before = await snapshot();
    await follow();
    expect(JSON.stringify(before)).toContain(`${scope}-order`);
    expect(await snapshot()).toEqual(before);
  });

  it('unbinds what a service consumes no more, and leaves alone what somebody has bound besides', async () => {
    await api('PUT', `queues/${scope}/tap`, { durable: true, arguments: {} });
    await api('POST', `bindings/${scope}/e/events/q/tap`, { routing_key: '#' });
    const order = declarations['order']!;
    await follow({
      ...broker,
      declarations: {
        ...declarations,
        order: { ...order, consumes: [] },
        review: { ...declarations['review']!, consumes: ['order.placed', 'payment.changed'] },
      },
    });
    const bindings = (await api('GET', `bindings/${scope}`)) as {
      source: string;
      destination: string;
      routing_key: string;
    }[];
    const drawn = bindings
      .filter(({ source }) => source === 'events')
      .map(({ destination, routing_key }) => `${routing_key} → ${destination}`);
    expect(drawn.toSorted()).toEqual([
      '# → tap',
      'order.cancelled → unconsumed',
      'order.placed → payment',
      'order.placed → review',
      'payment.changed → review',
    ]);
    await api('DELETE', `queues/${scope}/tap`);
    await follow();
  });

  it('takes a new password and gives back rights that somebody has widened', async () => {
    passwords['order'] = newPassword();
    files.put('order/broker-password', passwords['order']);
    await api('PUT', `permissions/${scope}/${scope}-order`, { configure: '.*', write: '.*', read: '.*' });
    await api('DELETE', `topic-permissions/${scope}/${scope}-order`);
    await follow();
    await publish('order', 'events', 'order.cancelled');
    await expect(publish('order', 'events', 'payment.changed')).rejects.toThrow(/ACCESS_REFUSED/);
    await expect(as('order', (channel) => channel.get('payment'))).rejects.toThrow(/ACCESS_REFUSED/);
  });

  it('says what to do where a queue is there with other arguments, and touches it not', async () => {
    await api('DELETE', `queues/${scope}/review`);
    await api('PUT', `queues/${scope}/review`, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
    });
    await expect(follow()).rejects.toThrow(/queue "review" of .* has other arguments .*let it run empty, delete it/);
    expect(await api('GET', `queues/${scope}/review`)).toMatchObject({ arguments: { 'x-delivery-limit': 3 } });
    await api('DELETE', `queues/${scope}/review`);
    await follow();
  });

  it('names the broker when it refuses the administrator, and never the password', async () => {
    const adminDir = files.admin('wrong', { username: 'admin', password: 'mistaken' });
    const failing = follow({ ...broker, adminDir });
    await expect(failing).rejects.toThrow(/spec\.stores\.broker .*admin Secret/);
    await expect(failing).rejects.not.toThrow(/mistaken/);
  });

  it('takes everything away again, twice without complaint', async () => {
    await remove(planFor(broker), { log, within: '20s' });
    await remove(planFor(broker), { log, within: '20s' });
    expect(await api('GET', `vhosts/${scope}`)).toMatchObject({ error: 'Object Not Found' });
    const users = (await api('GET', 'users')) as { name: string }[];
    expect(users.filter(({ name }) => name.startsWith(scope))).toEqual([]);
  });

  /** All that is defined, password hashes with their salts included. */
  async function snapshot(): Promise<unknown> {
    const users = (await api('GET', 'users')) as { name: string }[];
    const places = ['exchanges', 'queues', 'bindings', 'policies'].map((kind) =>
      api('GET', `${kind}/${scope}?disable_stats=true`),
    );
    const rights = ['permissions', 'topic-permissions'].map((kind) => api('GET', `vhosts/${scope}/${kind}`));
    const own = users.filter(({ name }) => name.startsWith(scope));
    return [own, ...(await Promise.all([...places, ...rights]))];
  }
});

async function api(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const { username, password, management } = stores.broker;
  const answer = await request(`${management}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400 && answer.statusCode !== 404)
    throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
