import { connectBroker } from '@storefront/kit/broker';
import { readPrivateKey } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { readAccount, readConfig } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectRedis } from '@storefront/kit/redis';
import { onShutdown } from '@storefront/kit/shutdown';

import { createGateway } from './app.ts';
import { Config } from './config.ts';
import { listenerLimits } from './streams/listeners.ts';

const config = readConfig(Config);
const { service, scope, release, logLevel: level, credentialsDir } = config;
const log = createLog({ service, scope, release, level });
const metrics = createMetrics({ service, scope });

const clientsOf = (name: string, baseUrl: string) => ({
  calls: createClient({ name, baseUrl, timeout: '1h' }),
  listeners: createClient({ name, baseUrl, connections: listenerLimits.ofAll }),
});

const gateway = createGateway({
  config,
  log,
  metrics,
  cache: connectRedis({ url: config.cacheUrl, ...readAccount(credentialsDir, 'cache'), log, name: service }),
  state: connectRedis({ url: config.stateUrl, ...readAccount(credentialsDir, 'state'), log, name: service }),
  broker: connectBroker({
    url: config.brokerUrl,
    ...readAccount(credentialsDir, 'broker'),
    ...(config.brokerCaFile ? { caFile: config.brokerCaFile } : {}),
    name: service,
    log,
    metrics,
  }),
  clients: {
    product: clientsOf('product', config.productUrl),
    cart: clientsOf('cart', config.cartUrl),
    order: clientsOf('order', config.orderUrl),
    payment: clientsOf('payment', config.paymentUrl),
    shipping: clientsOf('shipping', config.shippingUrl),
  },
  signingKey: await readPrivateKey(config.callerDir),
});
await gateway.start();
onShutdown(() => gateway.stop(), { grace: config.shutdownGrace, log });
