import { commonConfig, readAccount, readConfig, shardsConfig } from '@storefront/kit/config';
import { createService, reply, route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { connectShards } from '@storefront/kit/postgres';
import { onShutdown } from '@storefront/kit/shutdown';
import { z } from 'zod';

type Tables = { notes: { bucket: number; id: string; text: string } };

/** Run by tracing.test.ts: a service on shards, as its pod runs it. */
const config = readConfig(z.object({ ...commonConfig, ...shardsConfig('orders') }));
const { service: name, credentialsDir, logLevel: level } = config;
const log = createLog({ ...config, level });
const metrics = createMetrics({ service: name });
const account = readAccount(credentialsDir, 'orders');
const shards = connectShards<Tables>({ shards: config.ordersShards, ...account, log, name, metrics });
const write = route({
  method: 'PUT',
  path: '/notes/:id',
  summary: 'Writes a note',
  allow: ['anyone'],
  query: z.strictObject({ bucket: z.coerce.number() }),
  response: z.strictObject({}),
  async handle({ params: { id }, query: { bucket } }) {
    await shards.withBucket(bucket, async (tx) => {
      await tx.insertInto('notes').values({ bucket, id, text: 'secret' }).execute();
    });
    return reply({});
  },
});
const service = createService({ name, config, log, metrics, routes: [write], connections: [shards] });
onShutdown(() => service.stop(), { grace: config.shutdownGrace, log });
await service.start();
