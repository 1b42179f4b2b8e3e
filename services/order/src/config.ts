import {
  beliefConfig,
  callConfig,
  commonConfig,
  readConfig as readEnvironment,
  shardsConfig,
} from '@storefront/kit/config';
import { z } from 'zod';

const Config = z.object({
  ...commonConfig,
  ...shardsConfig('orders'),
  ...callConfig('cart'),
  ...callConfig('product'),
  ...callConfig('payment'),
  ...callConfig('shipping'),
  ...beliefConfig('shipping'),
  brokerUrl: z.url(),
  brokerCaFile: z.string().min(1).exactOptional(),
  /** Further nodes of the broker: `host:port`, with commas between. */
  brokerReplicas: z.string().min(1).exactOptional(),
  /** Base64 of the key that guests' tokens are made with. */
  guestKeyFile: z.string().min(1).default('/etc/storefront/guests/guest-key'),
  /** Without a mail server no mails are sent. */
  mailUrl: z.url().exactOptional(),
  mailFrom: z.string().min(3).exactOptional(),
  /** Holds `username` and `password`, where the mail server wants them. */
  mailDir: z.string().min(1).exactOptional(),
});
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => readEnvironment(Config, env);
