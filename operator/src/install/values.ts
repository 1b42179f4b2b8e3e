/** What may be set when the operator is installed: the chart's values, their schema and their defaults. */
import { z } from 'zod';

const Amounts = z.strictObject({
  cpu: z.string(),
  memory: z.string(),
  'ephemeral-storage': z.string(),
});

export const Values = z.strictObject({
  image: z.string().min(1).meta({ description: 'Image of the operator, by tag or by digest: the one of the fleet.' }),
  imagePullPolicy: z.enum(['IfNotPresent', 'Always', 'Never']),
  imagePullSecrets: z
    .array(z.strictObject({ name: z.string().min(1) }))
    .meta({ description: 'Secrets in the namespace of the operator with which its image is pulled.' }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  workers: z.int().min(1).max(256).meta({ description: 'Storefronts that are reconciled at the same time.' }),
  resources: z.strictObject({ requests: Amounts, limits: Amounts }),
  nodeSelector: z.record(z.string(), z.string()),
  tolerations: z.array(z.looseObject({ key: z.string().exactOptional() })),
});
export type Values = z.infer<typeof Values>;

export const defaults: Values = {
  image: 'storefront/storefront:0.1.0',
  imagePullPolicy: 'IfNotPresent',
  imagePullSecrets: [],
  logLevel: 'info',
  workers: 8,
  resources: {
    requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '32Mi' },
    limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '64Mi' },
  },
  nodeSelector: {},
  tolerations: [],
};
