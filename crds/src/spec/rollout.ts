import { z } from 'zod';
import { held } from '../rule.ts';

const MaxUnavailable = held(z.union([z.int(), z.string().max(4)]).meta({ 'x-kubernetes-int-or-string': true }), {
  rule: "type(self) == int ? (self >= 0 && self <= 1000) : self.matches(r'^(100|[0-9]{1,2})%$')",
  message: 'write a number of pods (0 to 1000), or a share such as "25%"',
  holds: (value) => (typeof value === 'number' ? value >= 0 && value <= 1000 : /^(100|[0-9]{1,2})%$/.test(value)),
});

export const Rollout = z
  .strictObject({
    mode: z.enum(['Apply', 'Plan']).default('Apply').meta({
      description: 'Plan: write what would change into status.plan and wait for approval. Apply: do it.',
    }),
    maxUnavailable: MaxUnavailable.exactOptional().meta({
      description: 'Pods of a service that may be missing while it changes, as a number or a share. 0 unless given.',
    }),
    autoRollback: z.boolean().default(true).meta({
      description: 'Go back to the last healthy revision when a rollout does not become healthy.',
    }),
    brakePercent: z.int().min(1).max(100).default(50).meta({
      description:
        'Share of the objects of this Storefront that one step may delete or restart; above it, a person must approve.',
    }),
  })
  .meta({ description: 'How change happens.' });
export type Rollout = z.infer<typeof Rollout>;
