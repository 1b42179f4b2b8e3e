import { callConfig, commonConfig, readConfig, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

const schema = z.object({
  ...commonConfig,
  ...storeConfig('products'),
  ...storeConfig('cache'),
  ...callConfig('notes'),
});
export const config = readConfig(schema);
