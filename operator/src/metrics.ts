/** The operator's metrics. Those that controller-runtime has bear its names, so that its dashboards and alerts work. */
import { Counter, Gauge, Histogram } from '@storefront/kit/metrics';
import type { Registry } from '@storefront/kit/metrics';
import type { Pass } from './controller.ts';
import type { Informer, Restart } from './informer.ts';
import type { Observation } from './kube/call.ts';
import type { Applied } from './storefront/deps.ts';
import type { WorkQueue } from './work-queue.ts';

const controller = 'storefront';
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type OperatorMetrics = ReturnType<typeof createOperatorMetrics>;

export function createOperatorMetrics(registry: Registry) {
  return { ...loopMetrics(registry), ...clientMetrics(registry), ...changeMetrics(registry) };
}

const counter = <Label extends string>(registry: Registry, name: string, help: string, labelNames: readonly Label[]) =>
  new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });

function loopMetrics(registry: Registry) {
  const total = counter(registry, 'controller_runtime_reconcile_total', 'Reconciles by result', [
    'controller',
    'result',
  ]);
  const errors = counter(registry, 'controller_runtime_reconcile_errors_total', 'Reconciles that failed', [
    'controller',
  ]);
  const retries = counter(registry, 'workqueue_retries_total', 'Keys that wait for another try', [
    'name',
    'controller',
  ]);
  const histogram = (name: string, help: string, label: string) =>
    new Histogram({ name, help, labelNames: [label], buckets: seconds, registers: [registry] });
  const duration = histogram('controller_runtime_reconcile_time_seconds', 'Length of a reconcile', 'controller');
  const waited = histogram('workqueue_queue_duration_seconds', 'How long keys wait for a worker', 'name');
  const worked = histogram('workqueue_work_duration_seconds', 'How long keys are worked on', 'name');
  const active = gauge(registry, 'controller_runtime_active_workers', 'Workers that are reconciling', 'controller');
  for (const result of ['success', 'error', 'requeue', 'requeue_after']) total.inc({ controller, result }, 0);
  errors.inc({ controller }, 0);
  return {
    onPass: (pass: Pass): void => {
      total.inc({ controller, result: pass.result });
      duration.observe({ controller }, pass.seconds);
      waited.observe({ name: controller }, pass.waitedSeconds);
      worked.observe({ name: controller }, pass.seconds);
      if (pass.result !== 'error') return;
      errors.inc({ controller });
      retries.inc({ name: controller, controller });
    },
    onActive: (change: 1 | -1): void => active.inc({ controller }, change),
  };
}

const gauge = (registry: Registry, name: string, help: string, label: string) =>
  new Gauge({ name, help, labelNames: [label], registers: [registry] });

function clientMetrics(registry: Registry) {
  const requests = counter(registry, 'rest_client_requests_total', 'Requests to the API server', [
    'code',
    'method',
    'host',
  ]);
  const duration = new Histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Time until the API server has answered',
    labelNames: ['verb', 'host'],
    buckets: seconds,
    registers: [registry],
  });
  return {
    onCall: ({ verb, status, host, seconds: took }: Observation): void => {
      requests.inc({ code: status === 0 ? '<error>' : String(status), method: verb.toUpperCase(), host });
      duration.observe({ verb, host }, took);
    },
  };
}

function changeMetrics(registry: Registry) {
  const applied = counter(registry, 'storefront_apply_total', 'Changes made to children', ['kind', 'outcome']);
  const drift = counter(registry, 'storefront_drift_corrected_total', 'Changes of others set back', [
    'kind',
    'manager',
  ]);
  const restarts = counter(registry, 'storefront_watch_restarts_total', 'Watches that began again', ['kind', 'reason']);
  const relists = counter(registry, 'storefront_informer_relists_total', 'Lists read in full', ['kind']);
  return {
    onApplied: ({ kind, outcome }: Applied): void => applied.inc({ kind, outcome }),
    onDrift: ({ kind, manager }: { kind: string; manager: string }): void => drift.inc({ kind, manager }),
    onRestart: (kind: string, reason: Restart): void => restarts.inc({ kind, reason }),
    onList: (kind: string): void => relists.inc({ kind }),
  };
}

/** What is read when someone asks: the queue and the caches as they are at that moment. */
export function exposeState(
  registry: Registry,
  queue: WorkQueue,
  informers: () => [name: string, informer: Informer][],
): void {
  const byKind = (name: string, help: string, value: (informer: Informer) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        for (const [kind, informer] of informers()) this.set({ kind }, value(informer));
      },
    });
  byKind('storefront_informer_synced', '1 when the kind has been listed', ({ isSynced }) => Number(isSynced));
  byKind('storefront_informer_objects', 'Objects in the cache', ({ size }) => size);
  byKind(
    'storefront_informer_last_contact_seconds',
    'Since the API server was last heard of',
    ({ lastContact }) => (performance.now() - lastContact) / 1000,
  );
  new Gauge({
    name: 'workqueue_depth',
    help: 'Keys that wait for a worker',
    labelNames: ['name', 'controller'],
    registers: [registry],
    collect() {
      this.set({ name: controller, controller }, queue.depth);
    },
  });
}
