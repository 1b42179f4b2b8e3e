import { z } from 'zod';

const short = (max: number) => z.string().max(max);
const instant = z.iso.datetime().max(40);

const Condition = z.strictObject({
  type: short(64).meta({ description: 'Ready, Progressing, Degraded, Paused, UpdateAvailable or Reachable.' }),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().min(1).max(128).meta({ description: 'Why, in one CamelCase word.' }),
  message: short(4096).meta({ description: 'Why, in sentences, and what to do.' }),
  observedGeneration: z.int().min(0).exactOptional().meta({ description: 'Generation of the spec it speaks of.' }),
  lastTransitionTime: instant.meta({ description: 'When status last changed.' }),
});
export type Condition = z.infer<typeof Condition>;

const ServiceStatus = z.strictObject({
  name: short(32),
  replicas: z.int().min(0).meta({ description: 'Pods wanted.' }),
  updatedReplicas: z.int().min(0).meta({ description: 'Pods of the newest revision.' }),
  readyReplicas: z.int().min(0).meta({ description: 'Pods that serve.' }),
  release: short(64).meta({ description: 'Release all its ready pods run.' }).exactOptional(),
});

const Operation = z.strictObject({
  verb: z.enum(['Create', 'Update', 'Replace', 'Delete']),
  kind: short(64),
  name: short(253),
  fields: z.array(short(256)).max(32).exactOptional().meta({ description: 'Paths of the fields that change.' }),
  restarts: z.int().min(0).exactOptional().meta({ description: 'Pods that restart by it.' }),
});

const listOf = <S extends z.ZodType>(item: S, max: number, mapKey: string) =>
  z
    .array(item)
    .max(max)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [mapKey] });

export const StorefrontStatus = z
  .strictObject({
    observedGeneration: z.int().min(0).exactOptional().meta({ description: 'Generation of the spec this speaks of.' }),
    conditions: listOf(Condition, 16, 'type').exactOptional().meta({ description: 'The truth, question by question.' }),
    services: listOf(ServiceStatus, 32, 'name').exactOptional().meta({ description: 'The fleet, service by service.' }),
    release: short(64).exactOptional().meta({ description: 'Release that last became ready.' }),
    url: short(512).exactOptional().meta({ description: 'Public address of the shop.' }),
    scope: short(63).exactOptional().meta({
      description: 'Prefix of Consul services, databases, Redis keys and metrics.',
    }),
    history: z
      .array(
        z.strictObject({
          revision: z.int().min(1).meta({ description: 'Number of its ControllerRevision.' }),
          release: short(64),
          hash: short(64).meta({ description: 'Hash of what was rendered.' }),
          appliedAt: instant,
        }),
      )
      .max(16)
      .exactOptional()
      .meta({ description: 'What was applied, newest first.', 'x-kubernetes-list-type': 'atomic' }),
    secrets: listOf(z.strictObject({ name: short(253), hash: short(64) }), 128, 'name')
      .exactOptional()
      .meta({
        description: 'Secrets the running pods read, as hash of their content.',
      }),
    shards: listOf(
      z.strictObject({
        name: short(24),
        buckets: z.int().min(0).max(4096).meta({ description: 'Buckets it owns, of 4096.' }),
        lag: short(32).exactOptional().meta({ description: 'How far its slowest replica is behind, such as 250ms.' }),
      }),
      64,
      'name',
    )
      .exactOptional()
      .meta({ description: 'Order shards.' }),
    plan: z
      .strictObject({
        hash: short(64).meta({ description: 'Approve it by the annotation storefront.dev/approved-plan.' }),
        operations: z.array(Operation).max(256).meta({ 'x-kubernetes-list-type': 'atomic' }),
      })
      .exactOptional()
      .meta({ description: 'What would change, in rollout mode Plan.' }),
  })
  .meta({ description: 'Written by the operator.' });
export type StorefrontStatus = z.infer<typeof StorefrontStatus>;
