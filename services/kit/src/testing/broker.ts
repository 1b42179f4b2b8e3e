import { randomBytes } from 'node:crypto';
import { topologyOf, type Declaration, type Topology } from '../broker/topology.ts';
import { testStores } from './stores.ts';

/** Empty when the instance has a broker and order shards; else the reason to put into the skipped suite's name. */
export const whyNoBroker =
  testStores?.broker && testStores.orders ? '' : '(skipped: STOREFRONT_TEST_STORES names no broker, run make test)';

type Account = { url: string; username: string; password: string };

export type TestBroker = {
  /** Who may do everything, in this vhost. */
  admin: Account & { management: string };
  /** A user with the rights of the topology: `account('order')`. */
  account(service: string): Account;
  /** The management API, below `/api/`; `{vhost}` in the path stands for this one. */
  api(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
};

/** A vhost of its own on the real broker with the topology of these services, gone after `close`. */
export async function testBroker(declarations: Readonly<Record<string, Declaration>>): Promise<TestBroker> {
  if (!testStores?.broker) throw new Error('STOREFRONT_TEST_STORES names no broker: these tests need one (make test)');
  const { url, management, username, password } = testStores.broker;
  const vhost = `test-${randomBytes(6).toString('hex')}`;
  const own = new URL(url);
  own.pathname = `/${vhost}`;
  const api = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(
      new URL(`api/${path.replace('{vhost}', vhost)}`, `${management.replace(/\/?$/, '/')}`),
      {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
          'content-type': 'application/json',
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const account = (service: string) => ({ url: own.href, username: `${vhost}-${service}`, password: vhost });
  const services = Object.keys(declarations);
  await api('PUT', 'vhosts/{vhost}', {});
  await api('PUT', `permissions/{vhost}/${username}`, { configure: '.*', write: '.*', read: '.*' });
  for (const service of services) await api('PUT', `users/${account(service).username}`, { password: vhost, tags: '' });
  await declare(topologyOf(declarations), api, (service) => account(service).username);
  return {
    admin: { url: own.href, management, username, password },
    account,
    api,
    async close() {
      await api('DELETE', 'vhosts/{vhost}');
      for (const service of services) await api('DELETE', `users/${account(service).username}`);
    },
  };
}

async function declare(topology: Topology, api: TestBroker['api'], userOf: (service: string) => string): Promise<void> {
  const { exchanges, queues, bindings, policies, permissions } = topology;
  for (const { name, ...exchange } of exchanges) await api('PUT', `exchanges/{vhost}/${name}`, exchange);
  for (const { name, ...queue } of queues) await api('PUT', `queues/{vhost}/${name}`, queue);
  for (const { exchange, queue, routingKey } of bindings)
    await api('POST', `bindings/{vhost}/e/${exchange}/q/${queue}`, { routing_key: routingKey });
  for (const { name, ...policy } of policies) await api('PUT', `policies/{vhost}/${name}`, policy);
  for (const [service, { topics, ...rights }] of Object.entries(permissions)) {
    await api('PUT', `permissions/{vhost}/${userOf(service)}`, rights);
    for (const topic of topics) await api('PUT', `topic-permissions/{vhost}/${userOf(service)}`, topic);
  }
}
