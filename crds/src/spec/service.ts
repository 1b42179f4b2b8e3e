import { z } from 'zod';
import { listOf } from '../list.ts';
import { held, text } from '../rule.ts';
import { ImageReference, ObjectName, Resources } from './value.ts';

/** Every service a fleet may have. The operator's fleet table says which of them exist in its release. */
export const serviceNames = [
  'gateway',
  'identity',
  'product',
  'customer',
  'cart',
  'order',
  'payment',
  'shipping',
  'review',
  'recommendation',
  'web',
] as const;
export type ServiceName = (typeof serviceNames)[number];

const Autoscaling = held(
  z.strictObject({
    min: z.int().min(1).max(1000).meta({ description: 'Pods that always run.' }),
    max: z.int().min(1).max(1000).meta({ description: 'Pods at most.' }),
    targetCpuPercent: z.int().min(10).max(95).exactOptional().meta({
      description:
        'CPU of the service container, in percent of its request, that the autoscaler keeps. 60 unless given.',
    }),
  }),
  {
    rule: 'self.min <= self.max',
    message: 'autoscaling.min is above autoscaling.max: lower min or raise max',
    holds: ({ min, max }) => min <= max,
  },
);

const label = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/;
const labelText = (max: number) => text(max, label, 'write a Kubernetes label: letters, digits, dots, hyphens');

const NodeSelector = held(
  z.record(z.string(), labelText(63)).refine((labels) => Object.keys(labels).length <= 16, 'has more than 16 labels'),
  {
    rule: "self.all(key, key.size() <= 316 && key.matches('^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$'))",
    message: 'a key is no Kubernetes label: letters, digits, dots, hyphens and a slash after the prefix',
    holds: (labels) => Object.keys(labels).every((key) => key.length <= 316 && label.test(key)),
  },
).meta({ description: 'Labels a node must have.', maxProperties: 16 });

const Toleration = held(
  z.strictObject({
    key: labelText(316).exactOptional().meta({ description: 'Key of the taint; every key unless given.' }),
    operator: z.enum(['Exists', 'Equal']).exactOptional().meta({ description: 'Equal unless given.' }),
    value: labelText(63).exactOptional().meta({ description: 'Value of the taint, for Equal.' }),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).exactOptional().meta({
      description: 'Effect of the taint; every effect unless given.',
    }),
    tolerationSeconds: z.int().min(0).max(86_400).exactOptional().meta({
      description: 'Seconds for which a NoExecute taint is borne; for ever unless given.',
    }),
  }),
  {
    rule: "!has(self.value) || !has(self.operator) || self.operator == 'Equal'",
    message: 'operator Exists takes no value: remove value, or use Equal',
    holds: ({ value, operator }) => value === undefined || operator !== 'Exists',
  },
  {
    rule: "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
    message: 'name the key of the taint, or use operator Exists to bear every taint',
    holds: ({ key, operator }) => key !== undefined || operator === 'Exists',
  },
  {
    rule: "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
    message: 'tolerationSeconds needs effect NoExecute',
    holds: ({ tolerationSeconds, effect }) => tolerationSeconds === undefined || effect === 'NoExecute',
  },
);

const Scheduling = z.strictObject({
  nodeSelector: NodeSelector.exactOptional(),
  tolerations: listOf(Toleration, { max: 16 }).exactOptional().meta({
    description: 'Taints the pods bear.',
  }),
  priorityClassName: ObjectName.exactOptional().meta({ description: 'PriorityClass of the pods.' }),
});

export const balancings = ['RoundRobin', 'LeastConnections', 'RandomTwo'] as const;

/** What may be said of one service. No pod templates, no free environment. */
export const FleetService = held(
  z.strictObject({
    replicas: z.int().min(0).max(1000).exactOptional().meta({
      description: "A fixed number of pods. The fleet table's smallest number, autoscaled, unless given.",
    }),
    autoscaling: Autoscaling.exactOptional().meta({ description: 'Bounds between which load decides.' }),
    resources: Resources.exactOptional().meta({
      description: 'CPU and memory of the service container; the fleet table says what is not given.',
    }),
    balancing: z.enum(balancings).exactOptional().meta({
      description: 'How callers spread their calls over the pods of this service. RoundRobin unless given.',
    }),
    scheduling: Scheduling.exactOptional().meta({ description: 'On which nodes the pods run.' }),
    image: ImageReference.exactOptional().meta({ description: 'Image to run in place of the one of the release.' }),
  }),
  {
    rule: '!has(self.replicas) || !has(self.autoscaling)',
    message: 'set replicas or autoscaling, not both',
    holds: ({ replicas, autoscaling }) => replicas === undefined || autoscaling === undefined,
  },
);
export type FleetService = z.infer<typeof FleetService>;

const one = (name: string) => FleetService.exactOptional().meta({ description: `The ${name} service.` });

export const Services = z
  .strictObject({
    gateway: one('gateway'),
    identity: one('identity'),
    product: one('product'),
    customer: one('customer'),
    cart: one('cart'),
    order: one('order'),
    payment: one('payment'),
    shipping: one('shipping'),
    review: one('review'),
    recommendation: one('recommendation'),
    web: one('web'),
  } satisfies Record<ServiceName, z.ZodType>)
  .meta({ description: 'What differs from the fleet table, service by service.' });
export type Services = z.infer<typeof Services>;
