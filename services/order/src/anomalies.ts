import type { Log } from '@storefront/kit/log';
import { Counter, type Metrics } from '@storefront/kit/metrics';
import type { OrderId } from '@storefront/commerce/order-ids';
import type { Anomaly } from './domain/amendment.ts';

/** Told after the commit of what should not have happened to an order. */
export type TellAnomalies = (orderId: OrderId, anomalies: readonly Anomaly[]) => void;

/** A line of the log and `order_anomalies_total{what}` for each, so that a person hears of it. */
export function createTellAnomalies({ log, metrics }: { log: Log; metrics?: Metrics | undefined }): TellAnomalies {
  const told = new Counter({
    name: 'order_anomalies_total',
    help: 'What should not have happened to orders: each is a row of order_anomaly for a person to look at',
    labelNames: ['what'],
    registers: metrics ? [metrics.registry] : [],
  });
  return (orderId, anomalies) => {
    for (const { what, details } of anomalies) {
      told.inc({ what });
      log.error({ orderId, what, details }, 'an order needs a person');
    }
  };
}
