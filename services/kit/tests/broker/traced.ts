/** A service that tells of what it is asked to write, and another's consumer beside it: one process, so that a test can trace both. */
import { consume, outbox } from '@storefront/kit/broker';
import { createPostgresRelay } from '@storefront/kit/broker/postgres';
import { commonConfig, readAccount, readConfig } from '@storefront/kit/config';
import { createService, reply, route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { onShutdown } from '@storefront/kit/shutdown';
import { z } from 'zod';
import { brokerOf, noteEvents, source, written } from './notes.ts';
import { connectShards, countEffect, type ShardAddress } from './shards.ts';

const config = readConfig(z.object({ ...commonConfig, brokerUrl: z.url(), shards: z.string() }));
const log = createLog({ service: config.service, level: 'info' });
const account = (service: string) => ({ url: config.brokerUrl, ...readAccount(config.credentialsDir, service) });
const [publishing, consuming] = [brokerOf(account('notes'), log), brokerOf(account('readers'), log)];
const shards = connectShards(JSON.parse(config.shards) as ShardAddress[]);

const write = route({
  ...({ method: 'POST', path: '/notes/:id', summary: 'Writes a note', allow: ['anyone'] } as const),
  params: { id: z.string() },
  response: z.strictObject({}),
  async handle({ params }) {
    await shards.withBucket(1, (tx) => outbox(tx, written(params.id)));
    return reply({});
  },
});
const { 'note.written': contract } = noteEvents;
const service = createService({
  name: 'notes',
  config,
  log,
  routes: [write],
  connections: [publishing, consuming, shards],
  workers: [
    createPostgresRelay({
      shards,
      broker: publishing,
      source,
      log,
      every: '50ms',
    }),
    consume({
      broker: consuming,
      queue: 'readers',
      shards,
      log,
      events: { 'note.written': contract },
      bucketOf: () => 1,
      handlers: {
        'note.written': async (event, tx) => {
          log.info({ noteId: event.data.noteId }, 'read');
          await countEffect(tx, event.data.noteId);
        },
      },
    }),
  ],
});
onShutdown(() => service.stop(), { grace: config.shutdownGrace, log });
await service.start();
