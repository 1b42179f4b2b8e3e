import { readAccount, readCursorKey } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { onShutdown } from '@storefront/kit/shutdown';
import { createProduct } from './app.ts';
import { mediaFolder, readConfig } from './config.ts';
import { folderMediaStore } from './media/folder-media-store.ts';

const config = readConfig();
const { service, scope, release, logLevel, credentialsDir, productsUrl, productsCaFile } = config;
const log = createLog({ service, scope, release, level: logLevel });
const mongo = connectMongo({
  url: productsUrl,
  ...readAccount(credentialsDir, 'products'),
  ...(productsCaFile === undefined ? {} : { caFile: productsCaFile }),
  name: service,
  log,
});
const media = folderMediaStore(mediaFolder(config));
const product = createProduct({ config, log, mongo, media, cursorKey: readCursorKey(credentialsDir) });

onShutdown(() => product.stop(), { grace: config.shutdownGrace, log });
await product.start();
