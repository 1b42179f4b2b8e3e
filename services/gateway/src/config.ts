import { callConfig, commonConfig, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

export const Config = z.object({
  ...commonConfig,
  ...callConfig('product'),
  ...callConfig('cart'),
  ...callConfig('order'),
  ...callConfig('payment'),
  ...callConfig('shipping'),
  ...storeConfig('cache'),
  ...storeConfig('state'),
  ...storeConfig('broker'),
  merchantTokenFile: z.string().min(1),
  guestKeyFile: z.string().min(1),
});
export type Config = Readonly<z.infer<typeof Config>>;
