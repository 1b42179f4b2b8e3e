import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  /** Seconds; labels method, route (the template, never the path), status. */
  readonly requestDuration: Histogram<'method' | 'route' | 'status'>;
  readonly requestsInFlight: Gauge;
};

/** Of the event loop's lag. Each sample wakes the process: every 10 ms, prom-client's own choice, costs an idle one 3 CPU-ms a second. */
const lagSampledEveryMs = 100;

/** What `/metrics` answers: the process, its event loop's lag, and the HTTP requests of one service. */
export function createMetrics({ service, scope }: { service: string; scope?: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(scope === undefined ? { service } : { service, scope });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagSampledEveryMs });
  return {
    registry,
    requestDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [registry],
    }),
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being answered now',
      registers: [registry],
    }),
  };
}
