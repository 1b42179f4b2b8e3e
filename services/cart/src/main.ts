import { createServiceCaller } from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { readAccount, readKey } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { connectRedis } from '@storefront/kit/redis';
import { onShutdown } from '@storefront/kit/shutdown';
import { createCart } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const { service, scope, release, logLevel, credentialsDir, callerDir, stateUrl, stateCaFile } = config;
const log = createLog({ service, scope, release, level: logLevel });
const state = connectRedis({
  url: stateUrl,
  ...readAccount(credentialsDir, 'state'),
  ...(stateCaFile === undefined ? {} : { caFile: stateCaFile }),
  keyPrefix: `${scope}:${service}:`,
  name: service,
  log,
});
const signer = createServiceCaller({ callerDir, service });
const product = createClient({ name: 'product', baseUrl: config.productUrl, signer });
const cart = createCart({ config, log, state, product, guestKey: readKey(config.guestKeyFile) });

onShutdown(() => cart.stop(), { grace: config.shutdownGrace, log });
await cart.start();
