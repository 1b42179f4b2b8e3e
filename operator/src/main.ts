/** Entry point: reads the configuration, connects, runs until it is told to stop. */
import { createHealthServer } from '@storefront/kit/health';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { readOperatorConfig } from './config.ts';
import { createOperatorHealth } from './health.ts';
import { fieldManager } from './kinds.ts';
import { createConnection, loadKubeConfig } from './kube/connection.ts';
import { createKubeCluster } from './kube/kube-cluster.ts';
import { createOperatorMetrics } from './metrics.ts';
import { createOperator } from './operator.ts';
import { shop } from './shop.ts';

const config = readOperatorConfig();
const log = createLog({ service: fieldManager, level: config.logLevel, release: config.release });
const metrics = createMetrics({ service: fieldManager });
const operatorMetrics = createOperatorMetrics(metrics.registry);
const connection = createConnection(loadKubeConfig());
const cluster = createKubeCluster(connection, { fieldManager, onCall: operatorMetrics.onCall });
const operator = createOperator({
  cluster,
  shop,
  log,
  registry: metrics.registry,
  metrics: operatorMetrics,
  instance: config.podName,
  workers: config.workers,
  operatorClass: config.operatorClass,
});
const health = createOperatorHealth(() => operator.view.informers().map(([, informer]) => informer));
const healthServer = createHealthServer({ health, metrics, port: config.healthPort });

let isStopping = false;
async function stop(signal: string): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), config.shutdownGraceSeconds * 1000).unref();
  health.draining();
  await operator.stop();
  await connection.close();
  await healthServer.stop();
  log.info('stopped');
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

await healthServer.start();
await operator.start();
health.started();
