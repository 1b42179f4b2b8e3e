import { readPrivateKey } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { readAccount, readConfig } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectRedis } from '@storefront/kit/redis';
import { onShutdown } from '@storefront/kit/shutdown';

import { createGateway } from './app.ts';
import { Config } from './config.ts';

const config = readConfig(Config);
const { service, scope, release, logLevel: level, credentialsDir } = config;
const log = createLog({ service, scope, release, level });

const gateway = createGateway({
  config,
  log,
  metrics: createMetrics({ service, scope }),
  cache: connectRedis({ url: config.cacheUrl, ...readAccount(credentialsDir, 'cache'), log, name: service }),
  state: connectRedis({ url: config.stateUrl, ...readAccount(credentialsDir, 'state'), log, name: service }),
  product: createClient({ name: 'product', baseUrl: config.productUrl, timeout: '1h' }),
  signingKey: await readPrivateKey(config.callerDir),
});
await gateway.start();
onShutdown(() => gateway.stop(), { grace: config.shutdownGrace, log });
