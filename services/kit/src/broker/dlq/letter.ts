import type { GetMessage } from 'amqplib';
import type { Filter } from './command.ts';

/** A dead letter, as a person wants to know it. */
export type DeadLetter = {
  id: string;
  type: string;
  /** The queue that gave it up. */
  queue: string;
  /** RabbitMQ's: delivery_limit, rejected, maxlen, expired. */
  reason: string;
  diedAt: Date;
  /** How often it has been replayed before. */
  replays: number;
  bytes: number;
  message: GetMessage;
};

type Death = { reason: string; queue: string; time: { value: number } };

/** `queue` is where it is looked for, without `.dead`. */
export function letterOf(message: GetMessage, queue: string): DeadLetter {
  const { content, properties } = message;
  const headers = properties.headers ?? {};
  return {
    id: String(properties.messageId ?? ''),
    type: typeof properties.type === 'string' ? properties.type : typeWithin(content),
    ...deathOf(headers, queue),
    replays: Number(headers['x-replays'] ?? 0),
    bytes: content.length,
    message,
  };
}

/** Those of a queue that somebody made by hand are all in one place, and say nothing of their end. */
function deathOf(headers: Record<string, unknown>, queue: string) {
  const [death] = (headers['x-death'] ?? []) as Death[];
  if (!death) return { queue, reason: 'unknown', diedAt: new Date(0) };
  return { queue: death.queue, reason: death.reason, diedAt: new Date(death.time.value * 1000) };
}

export function fits({ id, type, reason, diedAt }: DeadLetter, filter: Filter): boolean {
  return (
    id.startsWith(filter.id ?? '') &&
    (filter.type ?? type) === type &&
    (filter.reason ?? reason) === reason &&
    diedAt >= (filter.after ?? diedAt) &&
    diedAt <= (filter.before ?? diedAt)
  );
}

/** What there is to say about it in one line, and in JSON. */
export function summaryOf({ id, type, queue, reason, diedAt, replays, bytes }: DeadLetter) {
  return { diedAt: diedAt.toISOString(), id, type, queue, reason, replays, bytes };
}

/** All of it. JSON as such, other text as text, anything else in base64. */
export function contentOf({ message: { content } }: DeadLetter): unknown {
  const text = content.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(content)) return content.toString('base64');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function typeWithin(content: Buffer): string {
  try {
    const { type } = JSON.parse(content.toString('utf8')) as { type?: unknown };
    return typeof type === 'string' ? type : '';
  } catch {
    return '';
  }
}
