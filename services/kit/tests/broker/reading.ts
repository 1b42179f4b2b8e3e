import amqplib from 'amqplib';
import { onTestFinished } from 'vitest';

type Login = { url: string; username: string; password: string };
export type Read = { messageId: string; body: string; routingKey: string; headers: Record<string, unknown> };

/** A plain AMQP connection, to see what is really in the queues. */
export async function plainConnection({ url, username, password }: Login): Promise<amqplib.ChannelModel> {
  const address = new URL(url);
  Object.assign(address, { username, password });
  const connection = await amqplib.connect(address.href);
  connection.on('error', () => {});
  onTestFinished(() => connection.close().catch(() => {}));
  return connection;
}

/** Everything that arrives in the queue from now on, in its order. */
export async function readAll(login: Login, queue: string): Promise<Read[]> {
  const channel = await (await plainConnection(login)).createChannel();
  const read: Read[] = [];
  const onMessage = (message: amqplib.ConsumeMessage | null) => {
    if (!message) return;
    const { content, properties, fields } = message;
    const headers = properties.headers ?? {};
    read.push({
      messageId: String(properties.messageId),
      body: content.toString(),
      routingKey: fields.routingKey,
      headers,
    });
  };
  await channel.consume(queue, onMessage, { noAck: true });
  return read;
}

/** How many messages wait in a queue. */
export async function depthOf(login: Login, queue: string): Promise<number> {
  const channel = await (await plainConnection(login)).createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await channel.close();
  return messageCount;
}
