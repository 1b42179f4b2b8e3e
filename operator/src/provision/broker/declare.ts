/** Exchanges, queues, bindings and policies: made where they are missing; what is as it should be is left alone. */
import {
  type Binding,
  deadLetterExchange,
  type Exchange,
  type Policy,
  type Queue,
  type Topology,
} from '@storefront/kit/topology';
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../patience.ts';
import type { Api } from './api.ts';

export async function declareTopology(api: Api, vhost: string, topology: Topology): Promise<void> {
  // Before the queues: one that is there has its dead letters from its first message on.
  for (const policy of topology.policies) await declarePolicy(api, vhost, policy);
  for (const exchange of topology.exchanges) await declareExchange(api, vhost, exchange);
  for (const queue of topology.queues) await declareQueue(api, vhost, queue);
  await declareBindings(api, vhost, topology);
}

async function declarePolicy(api: Api, vhost: string, { name, ...wanted }: Policy): Promise<void> {
  const found = await api.find<Omit<Policy, 'name'>>('policies', vhost, name);
  const { pattern, priority, definition } = found ?? {};
  const now = { pattern, 'apply-to': found?.['apply-to'], priority, definition };
  if (!isDeepStrictEqual(now, { ...wanted })) await api.put(['policies', vhost, name], wanted);
}

async function declareExchange(api: Api, vhost: string, { name, type, durable }: Exchange): Promise<void> {
  const found = await api.find<Exchange>('exchanges', vhost, name);
  if (found && found.type !== type)
    throw new Refusal(
      `spec.stores.broker: exchange "${name}" of ${vhost} is of type ${found.type}, not ${type}: delete it`,
    );
  if (!found) await api.put(['exchanges', vhost, name], { type, durable, auto_delete: false, arguments: {} });
}

async function declareQueue(api: Api, vhost: string, { name, durable, arguments: wanted }: Queue): Promise<void> {
  const found = await api.find<FoundQueue>('queues', vhost, name);
  if (!found) return api.put(['queues', vhost, name], { durable, auto_delete: false, arguments: wanted });
  if (isDeepStrictEqual({ ...found.arguments }, { ...wanted })) return;
  throw new Refusal(
    `spec.stores.broker: queue "${name}" of ${vhost} has other arguments than this release declares (${JSON.stringify(found.arguments)}), ` +
      'and RabbitMQ never changes them: stop what publishes to it, let it run empty, delete it, and it is made anew',
  );
}

type FoundQueue = { name: string; arguments: Queue['arguments'] };
type FoundBinding = {
  source: string;
  destination: string;
  destination_type: string;
  routing_key: string;
  properties_key: string;
};

/** Exactly those of the topology into our queues, also into those that it has no more; queues that somebody has bound besides are theirs. */
async function declareBindings(api: Api, vhost: string, { bindings, queues }: Topology): Promise<void> {
  const found = (await api.find<FoundBinding[]>('bindings', vhost)) ?? [];
  const left = ((await api.find<FoundQueue[]>('queues', vhost)) ?? []).filter(isOurs);
  const ours = new Set([...queues, ...left].map(({ name }) => name));
  const own = found.filter(
    ({ source, destination, destination_type: kind }) => source !== '' && kind === 'queue' && ours.has(destination),
  );
  for (const { exchange, queue, routingKey } of bindings.filter((one) => !own.some((each) => isSame(one, each))))
    await api.post(['bindings', vhost, 'e', exchange, 'q', queue], { routing_key: routingKey, arguments: {} });
  for (const { source, destination, properties_key: key } of own.filter(
    (each) => !bindings.some((one) => isSame(one, each)),
  ))
    await api.remove('bindings', vhost, 'e', source, 'q', destination, key);
}

/** Whose dead letters go where this shop's go, under its own name. */
const isOurs = ({ name, arguments: given }: FoundQueue): boolean =>
  given['x-dead-letter-exchange'] === deadLetterExchange && given['x-dead-letter-routing-key'] === name;

const isSame = ({ exchange, queue, routingKey }: Binding, found: FoundBinding): boolean =>
  exchange === found.source && queue === found.destination && routingKey === found.routing_key;
