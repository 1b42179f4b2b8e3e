import { openOwnQueue, UnprocessableMessage, type Broker, type ReceivedMessage } from '@storefront/kit/broker';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Notice } from '../domain/carrier.ts';
import type { Carriers, LabelDesk } from '../labels/label-desk.ts';

export type CarrierWebhooksDeps = {
  broker: Broker;
  carriers: Carriers;
  desk: Pick<LabelDesk, 'hear'>;
  log: Log;
};

/**
 * What carriers send, kept as it came. A message says that something happened, never what: whoever takes it from the queue asks the carrier,
 * so that late, repeated and reordered ones do no harm. What nobody knows becomes a dead letter, for a person to look at.
 */
export function carrierWebhooks({ broker, carriers, desk, log }: CarrierWebhooksDeps) {
  const queue = openOwnQueue({ broker, service: 'shipping', name: 'webhooks' });
  const receive = async ({ content, headers }: ReceivedMessage): Promise<void> => {
    const { 'x-carrier': given } = headers;
    const name = typeof given === 'string' ? given : '';
    const notice = read(name, content);
    if ('carrierId' in notice) await desk.hear(name, notice.carrierId);
    else log.info({ carrier: name, about: notice.about }, 'a message of a carrier is about no parcel');
  };

  function read(name: string, content: Buffer): Notice {
    const carrier = carriers.get(name);
    if (!carrier) throw new UnprocessableMessage('refused', `there is no carrier "${name}"`);
    try {
      return carrier.readNotice(content);
    } catch (error) {
      throw new UnprocessableMessage('malformed', `not a message of ${name}: ${String(error)}`);
    }
  }

  return {
    enqueue: (carrier: string, body: Buffer): Promise<void> => queue.enqueue(body, { 'x-carrier': carrier }),
    worker: queue.consume({ receive, log, prefetch: 5 }) satisfies Worker,
  };
}
