import { connectBroker } from '@storefront/kit/broker';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { readAccount, readCredential, readCursorKey, readKey } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectShards } from '@storefront/kit/postgres';
import { onShutdown } from '@storefront/kit/shutdown';
import { createOrder } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { connectSmtp } from './mail/smtp.ts';
import type { Tables } from './store/tables.ts';

const config = readConfig();
const { service: name, scope, release, logLevel, credentialsDir, callerDir } = config;
const log = createLog({ service: name, scope, release, level: logLevel });
const metrics = createMetrics({ service: name, scope });
const account = readAccount(credentialsDir, 'orders');
const shards = connectShards<Tables>({ shards: config.ordersShards, ...account, log, name, metrics });
const broker = connectBroker({ ...brokerOf(config), ...readAccount(credentialsDir, 'broker'), log, name, metrics });
const signer = createServiceCaller({ callerDir, service: name });
const clients = {
  cart: createClient({ name: 'cart', baseUrl: config.cartUrl, signer }),
  product: createClient({ name: 'product', baseUrl: config.productUrl, signer }),
  payment: createClient({ name: 'payment', baseUrl: config.paymentUrl, signer }),
  shipping: createClient({ name: 'shipping', baseUrl: config.shippingUrl, signer }),
};
const keys = { guestKey: readKey(config.guestKeyFile), cursorKey: readCursorKey(credentialsDir) };
const order = createOrder({ config, log, metrics, shards, broker, clients, ...keys, mail: mailOf(config) });

onShutdown(() => order.stop(), { grace: config.shutdownGrace, log });
await order.start();

function brokerOf({ brokerUrl: url, brokerCaFile: caFile, brokerReplicas }: Config) {
  const replicas = brokerReplicas === undefined ? {} : { replicas: brokerReplicas.split(',') };
  return { url, ...(caFile === undefined ? {} : { caFile }), ...replicas };
}

function mailOf({ mailUrl: url, mailFrom: from, mailDir }: Config) {
  if (url === undefined || from === undefined) return undefined;
  if (mailDir === undefined) return connectSmtp({ url, from });
  const [username, password] = [readCredential(mailDir, 'username'), readCredential(mailDir, 'password')];
  return connectSmtp({ url, from, account: { username, password } });
}
