import { connectBroker } from '@storefront/kit/broker';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectShards } from '@storefront/kit/postgres';
import { onShutdown } from '@storefront/kit/shutdown';
import { createPayment } from './app.ts';
import { readConfig } from './config.ts';
import type { Tables } from './store/tables.ts';
import { createStripe } from './stripe/client.ts';
import { readStripeSecrets, scriptUrlOf } from './stripe/settings.ts';

const config = readConfig();
const { service: name, scope, credentialsDir, logLevel: level, ordersShards, brokerUrl: url, brokerCaFile } = config;
const log = createLog({ ...config, level });
const metrics = createMetrics({ service: name, scope });
const listen = { shards: ordersShards, ...readAccount(credentialsDir, 'orders'), name };
const shards = connectShards<Tables>({ ...listen, log, metrics });
const caFile = brokerCaFile === undefined ? {} : { caFile: brokerCaFile };
const broker = connectBroker({ url, ...readAccount(credentialsDir, 'broker'), ...caFile, name, log, metrics });
const { secretKey, webhookSecret } = readStripeSecrets(config);
const stripe = createStripe({ secretKey, url: config.stripeUrl });
const settings = {
  provider: 'stripe',
  publishableKey: config.stripePublishableKey,
  scriptUrl: scriptUrlOf(config),
} as const;
const payment = createPayment({ config, log, metrics, shards, broker, listen, stripe, webhookSecret, settings });

onShutdown(() => payment.stop(), { grace: config.shutdownGrace, log });
await payment.start();
