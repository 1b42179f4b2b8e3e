import { callConfig, commonConfig } from '@storefront/kit/config';
import { z } from 'zod';

/** The environment of web: what every service gets, and where the shop's API is. */
export const Config = z.object({ ...commonConfig, ...callConfig('gateway') });
export type Config = Readonly<z.infer<typeof Config>>;
