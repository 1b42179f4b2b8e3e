import { connectBroker } from '@storefront/kit/broker';
import { readAccount, readCursorKey } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectMongo } from '@storefront/kit/mongo';
import { onShutdown } from '@storefront/kit/shutdown';
import { createProduct } from './app.ts';
import { readConfig } from './config.ts';
import { openMediaStore } from './media/media-store.ts';

const config = readConfig();
const { service, scope, release, logLevel, credentialsDir, productsUrl, productsCaFile, brokerUrl, brokerCaFile } =
  config;
const log = createLog({ service, scope, release, level: logLevel });
const mongo = connectMongo({
  url: productsUrl,
  ...readAccount(credentialsDir, 'products'),
  ...(productsCaFile === undefined ? {} : { caFile: productsCaFile }),
  name: service,
  log,
});
const metrics = createMetrics({ service, scope });
const broker = connectBroker({
  url: brokerUrl,
  ...readAccount(credentialsDir, 'broker'),
  ...(brokerCaFile === undefined ? {} : { caFile: brokerCaFile }),
  name: service,
  log,
  metrics,
});
const media = await openMediaStore(config);
const product = createProduct({ config, log, mongo, broker, metrics, media, cursorKey: readCursorKey(credentialsDir) });

onShutdown(() => product.stop(), { grace: config.shutdownGrace, log });
await product.start();
