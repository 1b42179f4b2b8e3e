import { trace } from '@opentelemetry/api';
import type { Log } from './log.ts';
import { ms, type Duration } from './time.ts';

/**
 * On SIGTERM or SIGINT: `stop()`, then the last traces leave, then the process ends by itself, having nothing left to do.
 * A second signal ends it at once with status 1. What has not ended within `grace` is logged and ended with status 1.
 */
export function onShutdown(stop: () => Promise<void>, { grace, log }: { grace: Duration; log: Log }): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) return end(log, `second ${signal}: ending at once`);
    isStopping = true;
    log.info({ signal, grace }, 'stopping');
    setTimeout(() => {
      end(log, `not ended within ${grace}`, process.getActiveResourcesInfo());
    }, ms(grace)).unref();
    void stop()
      .then(flushTraces)
      .then(() => log.info('stopped'))
      .catch((error: unknown) => {
        log.error({ error }, 'stopping failed');
        process.exitCode = 1;
      });
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

function end(log: Log, reason: string, resources?: string[]): void {
  log.error({ resources }, reason);
  process.exit(1);
}

/** Only a started tracer has a delegate that can shut down. */
async function flushTraces(): Promise<void> {
  const provider: object = trace.getTracerProvider();
  const delegate: unknown = 'getDelegate' in provider ? (provider.getDelegate as () => unknown)() : provider;
  if (isStoppable(delegate)) await delegate.shutdown();
}

function isStoppable(value: unknown): value is { shutdown(): Promise<void> } {
  return typeof value === 'object' && value !== null && 'shutdown' in value && typeof value.shutdown === 'function';
}
