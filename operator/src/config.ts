/** The operator's settings, from its environment. The kubeconfig is found as kubectl finds it, or is the pod's own. */
import { hostname } from 'node:os';
import { readConfig } from '@storefront/kit/config';
import { z } from 'zod';

const schema = z.object({
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** `/livez`, `/readyz` and `/metrics`. */
  healthPort: z.coerce.number().int().min(0).max(65_535).default(8081),
  /** Storefronts that are reconciled at the same time. */
  workers: z.coerce.number().int().min(1).max(256).default(8),
  /** Cares for the Storefronts labelled `storefront.dev/operator: <class>`; unset, for those without the label. */
  operatorClass: z.string().min(1).exactOptional(),
  /** Name of this process in events. */
  podName: z.string().min(1).default(hostname()),
  /** Of the operator itself, for the log. */
  release: z.string().min(1).default('dev'),
  shutdownGraceSeconds: z.coerce.number().int().min(1).max(300).default(20),
});

export type OperatorConfig = Readonly<z.infer<typeof schema>>;

export const readOperatorConfig = (env: NodeJS.ProcessEnv = process.env): OperatorConfig => readConfig(schema, env);
