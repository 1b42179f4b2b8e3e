import { z } from 'zod';
import { readVariables, simulatorVariables, toSimulatorConfig, type SimulatorConfig } from '../simulator/config.ts';

export type CarrierConfig = SimulatorConfig & {
  apiKey: string;
  /** A receiver that is there from the start. */
  webhook: { url: string; secret: string } | null;
  /** Simulated milliseconds between two scans of a parcel, until the settings say otherwise; null: only when told. */
  stepMs: number | null;
};

const Variables = z
  .object({
    ...simulatorVariables,
    CARRIER_API_KEY: z.string().min(16),
    CARRIER_WEBHOOK_URL: z.url().exactOptional(),
    CARRIER_WEBHOOK_SECRET: z.string().min(16).exactOptional(),
    CARRIER_STEP_MS: z.coerce.number().int().positive().exactOptional(),
  })
  .refine(
    ({ CARRIER_WEBHOOK_URL: url, CARRIER_WEBHOOK_SECRET: secret }) => (url === undefined) === (secret === undefined),
    {
      path: ['CARRIER_WEBHOOK_SECRET'],
      message: 'the address and the secret of the webhook go together',
    },
  );

export function readConfig(env: NodeJS.ProcessEnv): CarrierConfig {
  const variables = readVariables(Variables, env);
  const { CARRIER_WEBHOOK_URL: url, CARRIER_WEBHOOK_SECRET: secret } = variables;
  return {
    ...toSimulatorConfig(variables),
    apiKey: variables.CARRIER_API_KEY,
    webhook: url !== undefined && secret !== undefined ? { url, secret } : null,
    stepMs: variables.CARRIER_STEP_MS ?? null,
  };
}
