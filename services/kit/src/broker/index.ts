/** RabbitMQ for a service: what every one that publishes or consumes needs. PostgreSQL's and MongoDB's parts have subpaths. */
export { connectBroker, type Broker, type BrokerOptions } from './connection/broker.ts';
export type { ReceivedMessage } from './consumer/consumer.ts';
export { newEvent, placeOf, type Event, type EventContract, type EventOf, type NewEvent, type Place } from './event.ts';
export { openOwnQueue, type OwnQueue } from './own-queue.ts';
export { UnprocessableMessage } from './consumer/outcome.ts';
export { inbox, outbox, outboxRows } from './postgres/outbox.ts';
export { consume, type ConsumeOptions } from './postgres/consume.ts';
export type { MessagingTables } from './postgres/tables.ts';
export { consumeForDocuments } from './documents/consume.ts';
export type { Relay } from './relay.ts';
