import { join } from 'node:path';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { migrate } from '@storefront/kit/migrations';
import { readConfig } from './config.ts';

const { service: name, scope, release, logLevel: level, credentialsDir, ordersShards: servers } = readConfig();
const log = createLog({ service: name, scope, release, level });

await migrate({
  servers,
  ...readAccount(credentialsDir, 'orders-migrate'),
  folder: join(import.meta.dirname, 'store/migrations'),
  log,
  name: `${name}-migrate`,
});
