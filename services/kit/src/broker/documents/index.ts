/** Events out of documents, and their effects in documents, for MongoDB. */
export { insertOnce, notSeen } from './effects.ts';
export {
  announced,
  deleted,
  isAlive,
  newOutbox,
  outboxIndex,
  replacedOutbox,
  roomFor,
  type AnnouncedDocument,
  type DocumentOutbox,
} from './outbox.ts';
export { announces, createDocumentRelay, type DocumentRelayOptions } from './relay.ts';
