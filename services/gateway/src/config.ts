import { callConfig, commonConfig, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

export const Config = z.object({
  ...commonConfig,
  ...callConfig('product'),
  ...storeConfig('cache'),
  ...storeConfig('state'),
  merchantTokenFile: z.string().min(1),
});
export type Config = Readonly<z.infer<typeof Config>>;
