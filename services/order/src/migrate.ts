import { join } from 'node:path';
import { commonConfig, readAccount, readConfig, shardsConfig } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { migrate } from '@storefront/kit/migrations';
import { z } from 'zod';

const config = readConfig(z.object({ ...commonConfig, ...shardsConfig('orders') }));
const { service: name, scope, release, logLevel: level, credentialsDir, ordersShards: servers } = config;
const log = createLog({ service: name, scope, release, level });

await migrate({
  servers,
  ...readAccount(credentialsDir, 'orders-migrate'),
  folder: join(import.meta.dirname, 'store/migrations'),
  log,
  name,
});
