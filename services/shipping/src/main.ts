import { connectBroker } from '@storefront/kit/broker';
import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectShards } from '@storefront/kit/postgres';
import { onShutdown } from '@storefront/kit/shutdown';
import { createShipping } from './app.ts';
import { createEasyPostCarrier } from './carriers/easypost-carrier.ts';
import { createCallDuration, measured } from './carriers/measured-carrier.ts';
import { readCarrierAccounts, readConfig } from './config.ts';
import type { Tables } from './store/tables.ts';

const config = readConfig();
const {
  service: name,
  scope,
  release,
  logLevel,
  credentialsDir,
  callerDir,
  ordersShards,
  brokerUrl,
  brokerCaFile,
} = config;
const log = createLog({ service: name, scope, release, level: logLevel });
const metrics = createMetrics({ service: name, scope });
const listen = { shards: ordersShards, ...readAccount(credentialsDir, 'orders'), name };
const shards = connectShards<Tables>({ ...listen, log, metrics });
const tls = brokerCaFile === undefined ? {} : { caFile: brokerCaFile };
const broker = connectBroker({ url: brokerUrl, ...readAccount(credentialsDir, 'broker'), ...tls, name, log, metrics });
const signer = createServiceCaller({ callerDir, service: name });
const cart = createClient({ name: 'cart', baseUrl: config.cartUrl, signer });
const calls = createCallDuration(metrics);
const carriers = readCarrierAccounts(config).map((account) =>
  measured(createEasyPostCarrier({ ...account, from: config.shipFrom }), calls),
);
const shipping = createShipping({ config, log, metrics, shards, broker, cart, carriers, listen });

onShutdown(() => shipping.stop(), { grace: config.shutdownGrace, log });
await shipping.start();
