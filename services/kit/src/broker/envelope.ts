import { z } from 'zod';
import type { Event, EventContract, EventOf, NewEvent } from './event.ts';
import type { OutgoingMessage } from './connection/publisher.ts';
import { eventsExchange } from './topology.ts';
import { UnprocessableMessage } from './consumer/outcome.ts';

/** CloudEvents 1.0 in JSON, AMQP's structured mode, with the extension attributes of versions and trace. */
const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1).max(300),
  type: z.string().min(1).max(200),
  subject: z.string().min(1).max(300),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json').exactOptional(),
  schemaversion: z.int().min(1),
  aggregateversion: z.int().min(0),
  traceparent: z.string().max(100).exactOptional(),
  data: z.unknown(),
});

export const envelopeContentType = 'application/cloudevents+json; charset=utf-8';
const maxEnvelopeBytes = 262_144;

/** The message that tells an event to all who consume it. `time` is when it happened. */
export function toMessage(event: NewEvent, { source, time }: { source: string; time: Date }): OutgoingMessage {
  const { id, type, subject, schemaVersion, aggregateVersion, traceparent, data } = event;
  const attributes = { specversion: '1.0', id, source, type, subject, time: time.toISOString() };
  const extensions = { schemaversion: schemaVersion, aggregateversion: aggregateVersion, traceparent };
  const envelope = { ...attributes, datacontenttype: 'application/json', ...extensions, data };
  return {
    exchange: eventsExchange,
    routingKey: type,
    messageId: id,
    content: Buffer.from(JSON.stringify(envelope)),
    contentType: envelopeContentType,
    type,
    // Instrumented consumers look for it here.
    headers: traceparent === undefined ? {} : { traceparent },
  };
}

/** Throws `UnprocessableMessage` for what no repetition makes right. */
export function readEvent<Contract extends EventContract>(
  contract: Contract,
  content: Buffer,
): EventOf<Contract, keyof Contract & string> {
  const { type, schemaversion, aggregateversion, id, source, subject, time, data } = readEnvelope(content);
  const versions = Object.hasOwn(contract, type) ? contract[type] : undefined;
  if (!versions) throw new UnprocessableMessage('unknown-type', `${type} is not an event that this service knows`);
  const schema = Object.hasOwn(versions, schemaversion) ? versions[schemaversion] : undefined;
  if (!schema)
    throw new UnprocessableMessage('unknown-version', `${type} has the unknown schema version ${schemaversion}`);
  const checked = schema.safeParse(data);
  if (!checked.success) throw new UnprocessableMessage('invalid-data', `${type}: ${firstIssue(checked.error)}`);
  const event: Event = {
    id,
    type,
    source,
    subject,
    time,
    schemaVersion: schemaversion,
    aggregateVersion: aggregateversion,
    data: checked.data,
  };
  return event as EventOf<Contract, keyof Contract & string>;
}

function readEnvelope(content: Buffer): z.infer<typeof Envelope> {
  if (content.length > maxEnvelopeBytes)
    throw new UnprocessableMessage('malformed', `${content.length} bytes are more than ${maxEnvelopeBytes}`);
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch {
    throw new UnprocessableMessage('malformed', 'this is not JSON');
  }
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) throw new UnprocessableMessage('malformed', `no CloudEvent: ${firstIssue(envelope.error)}`);
  return envelope.data;
}

/** Names the field, never its value. */
function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`;
}
