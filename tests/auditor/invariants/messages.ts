import type { Invariant } from '../audit.ts';
import { repeated } from './of-orders.ts';

export const messagesInvariants: readonly Invariant[] = [
  {
    name: 'each-event-applied-once',
    *check({ applied }) {
      for (const { consumer, messageId, shard } of repeated(applied, (one) => `${one.consumer} ${one.messageId}`))
        yield { ids: { consumer, messageId, shard }, message: 'an event was applied twice' };
    },
  },
  {
    name: 'each-event-sent',
    whenAtRest: true,
    *check({ sent }) {
      for (const { service, messageId, type, subject, isSent } of sent)
        if (!isSent) yield { ids: { service, messageId, subject }, message: `${type} is still in the outbox` };
    },
  },
  {
    name: 'each-event-applied',
    whenAtRest: true,
    *check({ sent, applied }, { consumers }) {
      for (const [consumer, types] of Object.entries(consumers)) {
        const had = new Set(applied.filter((one) => one.consumer === consumer).map(({ messageId }) => messageId));
        for (const { messageId, type, subject, isSent } of sent)
          if (isSent && types.includes(type) && !had.has(messageId))
            yield { ids: { consumer, messageId, subject }, message: `${type} was sent and never applied` };
      }
    },
  },
  {
    name: 'no-dead-letters',
    *check({ queues }) {
      for (const { name, messages, isDeadLetters } of queues)
        if (isDeadLetters && messages > 0) yield { ids: { queue: name }, message: `${messages} dead letters` };
    },
  },
  {
    name: 'queues-are-empty',
    whenAtRest: true,
    *check({ queues }) {
      for (const { name, messages, isDeadLetters } of queues)
        if (!isDeadLetters && messages > 0) yield { ids: { queue: name }, message: `${messages} messages wait` };
    },
  },
];
