import type { Channel, ChannelModel } from 'amqplib';
import { queueArguments } from '../topology.ts';

/**
 * Whether the queue is there exactly as the topology has it, dead letters included: the broker compares when a queue is
 * declared again. Declared passively first, so that a missing one is not made by the wrong hand. Both need `configure` on
 * the queue, which is why a service has that on its own ones (`topologyOf`). Answers what is wrong and what to do about it.
 */
export async function problemOfQueue(model: ChannelModel, queue: string): Promise<string | undefined> {
  const options = { durable: true, arguments: queueArguments(queue) };
  return (
    (await refusal(model, queue, (channel) => channel.checkQueue(queue))) ??
    refusal(model, queue, (channel) => channel.assertQueue(queue, options))
  );
}

/** Asks on a channel of its own: a refusal ends it. */
async function refusal(
  model: ChannelModel,
  queue: string,
  question: (channel: Channel) => Promise<unknown>,
): Promise<string | undefined> {
  const channel = await model.createChannel();
  channel.on('error', () => {}); // the answer says it too
  try {
    await question(channel);
    await channel.close();
    return undefined;
  } catch (error) {
    const { code, message } = error as Error & { code?: number };
    const remedy = code === undefined ? undefined : remedies[code];
    if (!remedy) throw error;
    const said = /with message "(.*)"/.exec(message)?.[1] ?? message;
    return `The queue "${queue}" cannot be consumed. ${remedy} The broker says: ${said}`;
  }
}

/** By AMQP's reply code. */
const remedies: Readonly<Record<number, string>> = {
  403: 'This login has no right to it. Is it that of this service, and has the provision Job run for this release?',
  404: 'It does not exist. The provision Job of the Storefront makes it, and runs before every rollout: did it succeed?',
  406:
    'It is not as this release expects, so what fails could be lost. RabbitMQ never changes a queue: stop what publishes ' +
    'to it, let it run empty, delete it, and run the provision Job.',
};
