/** The composition root: what the operator consists of, wired once; a test passes another cluster or shop. */
import type { Log } from '@storefront/kit/log';
import type { Registry } from '@storefront/kit/metrics';
import { nameOf, parseKey } from './cluster.ts';
import type { Cluster, Key } from './cluster.ts';
import { createController } from './controller.ts';
import type { Pass } from './controller.ts';
import { exposeState } from './metrics.ts';
import type { OperatorMetrics } from './metrics.ts';
import type { Deps, Shop } from './storefront/deps.ts';
import { createRecorder } from './storefront/events.ts';
import { createFightLog } from './storefront/field-fight.ts';
import { reconcile } from './storefront/reconcile.ts';
import { createView } from './storefront/view.ts';
import type { View } from './storefront/view.ts';
import { createWorkQueue } from './work-queue.ts';

export type OperatorOptions = {
  cluster: Cluster;
  shop: Shop;
  log: Log;
  registry: Registry;
  metrics: OperatorMetrics;
  instance: string;
  workers?: number;
  operatorClass?: string | undefined;
  now?: () => Date;
  /** How long changes of children are gathered before one reconcile looks at them all. */
  gatherMs?: number;
  /** A pass that fails is tried again after ever longer pauses, up to this one; five minutes unless given. */
  longestRetryMs?: number;
};

export type Operator = {
  readonly view: View;
  /** Reconciles this Storefront now, as after a change. */
  lookAt(key: Key): void;
  /** Resolves when every kind has been listed and the workers have begun. */
  start(): Promise<void>;
  /** Resolves when the reconciles that were under way have come to their end. */
  stop(): Promise<void>;
};

export function createOperator(options: OperatorOptions): Operator {
  const { cluster, log, metrics, registry, workers = 8, gatherMs = 300 } = options;
  const ending = new AbortController();
  const queue = createWorkQueue(options.longestRetryMs === undefined ? {} : { maxDelayMs: options.longestRetryMs });
  const view = createView({
    cluster,
    operatorClass: options.operatorClass,
    informer: (kind) => informerOptions(kind, options),
  });
  view.onChange((storefront, urgency) => queue.addAfter(storefront, urgency === 'now' ? 0 : gatherMs));
  exposeState(registry, queue, () => view.informers());
  const deps = depsOf(options, view);
  const tell = createTeller(log);
  const controller = createController({
    queue,
    workers,
    reconcile: (key) => reconcile(parseKey(key), deps),
    onActive: metrics.onActive,
    onPass(pass) {
      metrics.onPass(pass);
      tell(pass);
    },
  });
  let running: Promise<unknown> = Promise.resolve();
  return {
    view,
    lookAt: (key) => queue.add(nameOf(key)),
    async start() {
      const watching = view.run(ending.signal);
      await Promise.race([view.synced(), watching]);
      log.info({ workers }, 'caches are complete');
      running = Promise.all([watching, controller.run()]);
    },
    async stop() {
      queue.close();
      ending.abort();
      await running;
    },
  };
}

function depsOf(options: OperatorOptions, view: View): Deps {
  const { cluster, shop, log, metrics, instance, now = () => new Date() } = options;
  const onError = (error: unknown) => log.warn({ error }, 'an event is lost');
  const events = createRecorder({ cluster, instance, now, onError });
  const { onApplied, onDrift } = metrics;
  return { cluster, view, shop, events, now, settled: new Map(), fights: createFightLog(now), onApplied, onDrift };
}

function informerOptions(kind: string, { metrics, log }: OperatorOptions) {
  return {
    onRestart: (reason: Parameters<OperatorMetrics['onRestart']>[1]) => metrics.onRestart(kind, reason),
    onList: () => metrics.onList(kind),
    onError: (error: unknown) => log.warn({ kind, error }, 'the watch begins again'),
  };
}

/** A pass is worth a line when its outcome is another than before. */
function createTeller(log: Log): (pass: Pass) => void {
  const last = new Map<string, string>();
  return (pass) => {
    const { key: storefront, id: reconcileId, seconds } = pass;
    if (pass.result === 'error') {
      last.delete(storefront);
      return log.error(
        { storefront, reconcileId, seconds, error: pass.error, retryMs: pass.retryMs },
        'reconcile failed',
      );
    }
    const { reason } = pass;
    const level = last.get(storefront) === reason ? 'debug' : 'info';
    if (reason === 'gone') last.delete(storefront);
    else last.set(storefront, reason);
    log[level]({ storefront, reconcileId, seconds, reason }, 'reconciled');
  };
}
