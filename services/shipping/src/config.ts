import { join } from 'node:path';
import { Address } from '@storefront/commerce/address';
import {
  callConfig,
  commonConfig,
  readConfig as readEnvironment,
  readCredential,
  shardsConfig,
  storeConfig,
} from '@storefront/kit/config';
import { z } from 'zod';

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** A carrier as the Storefront lists it; `url` only where its API is not the public one. */
const ListedCarrier = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a name such as easypost'),
  kind: z.literal('EasyPost'),
  url: z.url().exactOptional(),
});
const CarrierList = z
  .array(ListedCarrier)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'names must differ');

const Config = z.object({
  ...commonConfig,
  ...shardsConfig('orders'),
  ...storeConfig('broker'),
  ...callConfig('cart'),
  carriers: json(CarrierList),
  carriersDir: z.string().min(1).default('/etc/storefront/carriers'),
  shipFrom: json(Address),
});
export type Config = Readonly<z.infer<typeof Config>>;

export const readConfig = (env?: NodeJS.ProcessEnv): Config => readEnvironment(Config, env);

export type CarrierAccount = z.infer<typeof ListedCarrier> & { apiKey: string; webhookSecret: string };

/** Each carrier with what its folder holds: `<CARRIERS_DIR>/<name>/api-key` and `webhook-secret`. */
export function readCarrierAccounts({
  carriers,
  carriersDir,
}: Pick<Config, 'carriers' | 'carriersDir'>): CarrierAccount[] {
  return carriers.map((carrier) => {
    const dir = join(carriersDir, carrier.name);
    const [apiKey, webhookSecret] = [readCredential(dir, 'api-key'), readCredential(dir, 'webhook-secret')];
    return { ...carrier, apiKey, webhookSecret };
  });
}
