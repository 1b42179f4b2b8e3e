import { callConfig, commonConfig, readConfig as read, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';

const Config = z.object({
  ...commonConfig,
  ...storeConfig('state'),
  ...callConfig('product'),
  /** Holds the key of the tokens of guests, base64 of 32 bytes. */
  guestKeyFile: z.string().min(1),
});
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => read(Config, env);
