import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { readConfig } from './config.ts';
import { migrate } from './store/migrations/index.ts';

const { service, scope, release, logLevel, credentialsDir, productsUrl, productsCaFile, currencies } = readConfig();
const log = createLog({ service, scope, release, level: logLevel });
const mongo = connectMongo({
  url: productsUrl,
  ...readAccount(credentialsDir, 'products'),
  ...(productsCaFile === undefined ? {} : { caFile: productsCaFile }),
  name: `${service}-migrate`,
  log,
});

try {
  await migrate({ client: mongo.client, db: mongo.db, currencies, log });
} finally {
  await mongo.close();
}
