import { z } from 'zod';

/** What every simulator is started with. */
export const simulatorVariables = {
  SIMULATOR_ADDRESS: z.string().min(1).default('127.0.0.1'),
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Where its state lives; another folder is another vendor. */
  SIMULATOR_FOLDER: z.string().min(1),
  /** The way others reach it, where that is not its address and port. */
  SIMULATOR_PUBLIC_URL: z.url().exactOptional(),
  SIMULATOR_CONTROL_TOKEN: z.string().min(16),
  SIMULATOR_LATENCY_MS: z.coerce.number().int().nonnegative().default(50),
};

export type SimulatorConfig = {
  address: string;
  port: number;
  folder: string;
  publicUrl?: string | undefined;
  controlToken: string;
  /** Before a request is done, until the settings say otherwise. */
  latencyMs: number;
};

export const toSimulatorConfig = (variables: z.infer<z.ZodObject<typeof simulatorVariables>>): SimulatorConfig => ({
  address: variables.SIMULATOR_ADDRESS,
  port: variables.SIMULATOR_PORT,
  folder: variables.SIMULATOR_FOLDER,
  publicUrl: variables.SIMULATOR_PUBLIC_URL,
  controlToken: variables.SIMULATOR_CONTROL_TOKEN,
  latencyMs: variables.SIMULATOR_LATENCY_MS,
});

/** Reads an environment; names every variable that is wrong in one message. */
export function readVariables<Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}
