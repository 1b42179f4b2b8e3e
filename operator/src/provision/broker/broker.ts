/** RabbitMQ: a virtual host for the shop, with what its services publish to and consume from, and a user for each of them. */
import type { Log } from '@storefront/kit/log';
import { topologyOf } from '@storefront/kit/topology';
import { readAccount, readLogin } from '../files.ts';
import { type Api, type Broker, withApi } from './api.ts';
import { declareTopology } from './declare.ts';
import { ensurePermissions, ensureUser, proveLogin } from './users.ts';

export async function provisionBroker(broker: Broker, log: Log): Promise<void> {
  const topology = topologyOf(broker.declarations);
  await withApi(broker, async (api) => {
    await ensureVirtualHost(api, broker);
    await declareTopology(api, broker.vhost, topology);
    for (const account of broker.accounts) {
      const login = readAccount(account);
      await ensureUser(api, login);
      await ensurePermissions(api, broker.vhost, login, topology.permissions[account.service]!);
      await proveLogin(broker, login);
      log.info({ store: 'broker', account: login.username, vhost: broker.vhost }, 'account is there');
    }
  });
}

/** The virtual host with all that is in it, and the users. */
export async function removeBroker(broker: Broker, log: Log): Promise<void> {
  await withApi(broker, async (api) => {
    await api.remove('vhosts', broker.vhost);
    for (const account of broker.accounts) await api.remove('users', readAccount(account).username);
    log.info({ store: 'broker', vhost: broker.vhost }, 'virtual host and accounts are gone');
  });
}

/** The API declares queues in the name of who asks, who needs rights there as any other user. */
async function ensureVirtualHost(api: Api, { vhost, adminDir }: Broker): Promise<void> {
  if (!(await api.find('vhosts', vhost))) await api.put(['vhosts', vhost], { default_queue_type: 'quorum' });
  const { username } = readLogin(adminDir);
  if (await api.find('permissions', vhost, username)) return;
  await api.put(['permissions', vhost, username], { configure: '.*', write: '.*', read: '.*' });
}
