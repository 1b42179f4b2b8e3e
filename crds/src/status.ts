import { z } from 'zod';
import { listOf, mapOf } from './list.ts';

const text = (max: number, description: string) => z.string().max(max).meta({ description });
const count = (description: string) => z.int().min(0).meta({ description });
const instant = (description: string) => z.iso.datetime().max(40).meta({ description });

const Condition = z.strictObject({
  type: text(64, 'Ready, Progressing, Degraded, Paused, UpdateAvailable or Reachable.'),
  status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'Whether it is so.' }),
  reason: text(128, 'Why, in one CamelCase word.').min(1),
  message: text(8192, 'Why, in sentences, and what to do.'),
  observedGeneration: count('Generation of the spec it speaks of.').exactOptional(),
  lastTransitionTime: instant('When its status last changed.'),
});
export type Condition = z.infer<typeof Condition>;

const ServiceStatus = z.strictObject({
  name: text(32, 'Name of the service.'),
  replicas: count('Pods wanted.'),
  updatedReplicas: count('Pods of the newest revision.'),
  readyReplicas: count('Pods that serve.'),
  release: text(64, 'Release that all its ready pods run.').exactOptional(),
});

const Applied = z.strictObject({
  revision: count('Number of its ControllerRevision.'),
  release: text(64, 'Release it belongs to.'),
  hash: text(64, 'Hash of what was rendered.'),
  appliedAt: instant('When it was applied.'),
});

const SecretStatus = z.strictObject({
  name: text(253, 'Name of the Secret.'),
  hash: text(64, 'Hash of the content that the running pods read.'),
});

const ShardStatus = z.strictObject({
  name: text(24, 'Name of the shard.'),
  buckets: count('Buckets it owns, of 4096.').max(4096),
  lag: text(32, 'How far its slowest replica is behind, such as 250ms.').exactOptional(),
});

const Operation = z.strictObject({
  verb: z.enum(['Create', 'Update', 'Replace', 'Delete']).meta({ description: 'What would happen to the object.' }),
  kind: text(64, 'Kind of the object.'),
  name: text(253, 'Name of the object.'),
  fields: listOf(text(256, 'Path of a field.'), { max: 32 })
    .exactOptional()
    .meta({ description: 'Fields that would change.' }),
  restarts: count('Pods that would restart.').exactOptional(),
});

const Plan = z.strictObject({
  hash: text(64, 'Hash to approve it by, in the annotation storefront.dev/approved-plan.'),
  operations: listOf(Operation, { max: 256 }).meta({ description: 'What would change, in this order.' }),
});

export const StorefrontStatus = z
  .strictObject({
    observedGeneration: count('Generation of the spec this status speaks of.').exactOptional(),
    conditions: mapOf(Condition, 'type', { max: 16 })
      .exactOptional()
      .meta({ description: 'The truth, question by question.' }),
    services: mapOf(ServiceStatus, 'name', { max: 32 })
      .exactOptional()
      .meta({ description: 'The fleet, service by service.' }),
    release: text(64, 'Release that last became ready.').exactOptional(),
    url: text(512, 'Public address of the shop.').exactOptional(),
    scope: text(63, 'Prefix of Consul services, databases, Redis keys and metrics.').exactOptional(),
    history: listOf(Applied, { max: 16 }).exactOptional().meta({ description: 'What was applied, newest first.' }),
    secrets: mapOf(SecretStatus, 'name', { max: 128 }).exactOptional().meta({ description: 'Secrets in use.' }),
    shards: mapOf(ShardStatus, 'name', { max: 64 }).exactOptional().meta({ description: 'Shards of the orders.' }),
    plan: Plan.exactOptional().meta({ description: 'What would change, while rollout.mode is Plan.' }),
  })
  .meta({ description: 'Written by the operator.' });
export type StorefrontStatus = z.infer<typeof StorefrontStatus>;
