/**
 * A relay or a consumer of its own process that stops for ever at one point and says so, so that a test can kill it there:
 * `interrupted.ts relay|consumer '{ account, shards }'`.
 */
import { consume } from '@storefront/kit/broker';
import { createPostgresRelay } from '@storefront/kit/broker/postgres';
import { brokerOf, noteEvents, silent, source } from './notes.ts';
import { connectShards, countEffect, type ShardAddress } from './shards.ts';

type Given = { account: { url: string; username: string; password: string }; shards: ShardAddress[] };

const [kind, json = ''] = process.argv.slice(2);
const { account, shards: addresses } = JSON.parse(json) as Given;
const forever = new Promise<never>(() => {});
const broker = brokerOf(account);

if (kind === 'relay') {
  // Between the confirms of the broker and the mark in the database.
  const shards = connectShards(addresses, async (text) => {
    if (text.startsWith('UPDATE outbox SET sent_at')) await reached();
  });
  await createPostgresRelay({ shards, broker, source, log: silent, every: '50ms' }).start();
} else {
  // Between the commit of the effect and the acknowledgement.
  const shards = connectShards(addresses);
  const { 'note.written': contract } = noteEvents;
  await consume({
    broker,
    queue: 'readers',
    log: silent,
    events: { 'note.written': contract },
    shards: {
      async withBucket(bucket, work) {
        await shards.withBucket(bucket, work);
        return reached();
      },
    },
    bucketOf: (event) => event.subject.length,
    handlers: { 'note.written': (event, tx) => countEffect(tx, event.data.noteId) },
  }).start();
}

async function reached(): Promise<never> {
  process.send?.('reached');
  return forever;
}
