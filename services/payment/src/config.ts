import { commonConfig, readConfig as readEnvironment, shardsConfig, storeConfig } from '@storefront/kit/config';
import { z } from 'zod';
import { stripeVariables } from './stripe/settings.ts';

const Config = z.object({ ...commonConfig, ...shardsConfig('orders'), ...storeConfig('broker'), ...stripeVariables });
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => readEnvironment(Config, env);
