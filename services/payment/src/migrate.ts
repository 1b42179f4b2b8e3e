import { join } from 'node:path';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { migrate } from '@storefront/kit/migrations';
import { readConfig } from './config.ts';

const { service, scope, release, logLevel, credentialsDir, ordersShards } = readConfig();
const log = createLog({ service, scope, release, level: logLevel });
const folder = join(import.meta.dirname, 'store/migrations');

await migrate({
  servers: ordersShards,
  ...readAccount(credentialsDir, 'orders-migrate'),
  folder,
  log,
  name: `${service}-migrate`,
});
