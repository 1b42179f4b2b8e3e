import { commonConfig, readConfig } from '@storefront/kit/config';
import { createService, reply, route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { onShutdown } from '@storefront/kit/shutdown';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** Run by drain.test.ts: a route that takes as long as it is told, a worker and a connection that say when they end. */
const config = readConfig(z.object(commonConfig));
const log = createLog({ ...config, level: config.logLevel });
const slow = route({
  method: 'GET',
  path: '/slow',
  summary: 'Waits',
  allow: ['anyone'],
  timeout: '30s',
  query: z.strictObject({ ms: z.coerce.number() }),
  response: z.strictObject({ waitedMs: z.number() }),
  async handle({ query }) {
    log.info('begun');
    await pause(query.ms);
    return reply({ waitedMs: query.ms });
  },
});
let timer: NodeJS.Timeout | undefined;
const worker = {
  start: () => void (timer = setInterval(() => {}, 1_000)),
  stop() {
    clearInterval(timer);
    log.info('worker stopped');
  },
};
const connection = { close: () => log.info('connection closed') };
const service = createService({
  name: config.service,
  config,
  log,
  routes: [slow],
  workers: [worker],
  connections: [connection],
});
onShutdown(() => service.stop(), { grace: config.shutdownGrace, log });
await service.start();
