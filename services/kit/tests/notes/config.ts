import { callConfig, commonConfig, readConfig as read, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

const Config = z.object({
  ...commonConfig,
  ...storeConfig('products'),
  ...storeConfig('cache'),
  ...callConfig('notes'),
});

export const readConfig = (env?: NodeJS.ProcessEnv) => read(Config, env);
