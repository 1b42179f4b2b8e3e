import type { OwnQueue } from '@storefront/kit/broker';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { ReceiveEvent } from '../payments/receive-event.ts';
import { readWebhook } from '../stripe/webhook.ts';

/** Works off what the route has kept. */
export function webhookWorker({ queue, receive, log }: { queue: OwnQueue; receive: ReceiveEvent; log: Log }): Worker {
  return queue.consume({
    log,
    async receive({ content }) {
      const outcome = await receive(readWebhook(content), 'webhook');
      if (outcome === 'duplicate') return outcome;
    },
  });
}
