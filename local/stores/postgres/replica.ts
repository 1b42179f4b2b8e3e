import { waitUntil } from '../../process.ts';
import { stopServer } from '../server.ts';
import { copyData, hasData, makeFolder, type PostgresServer, psql, startPostgres } from './server.ts';
import { fromAnywhere, renderAccess, replicaSettings } from './settings.ts';

/** A primary and its streaming replica, which serves reads. */
export type Pair = { primary: PostgresServer; replica: PostgresServer };

const user = 'replica';
const slot = 'replica';
const streamsWithinMs = 20_000;

/** Starts the replica of a primary that runs. One that cannot go on from where it is, whatever the reason, is made anew. */
export async function startReplica(pair: Pair, password: string): Promise<'started' | 'running'> {
  makeFolder(pair.replica);
  const followed = (await canGoOn(pair)) ? await follow(pair, password).catch(() => undefined) : undefined;
  if (followed) return followed;
  await copyAnew(pair, password);
  return follow(pair, password);
}

/** Whether the primary still has the log from where the replica stopped. */
async function canGoOn({ primary, replica }: Pair): Promise<boolean> {
  const status = await psql(primary, `SELECT wal_status FROM pg_replication_slots WHERE slot_name = '${slot}';`);
  return hasData(replica) && status.trim() !== '' && status.trim() !== 'lost';
}

async function copyAnew({ primary, replica }: Pair, password: string): Promise<void> {
  await stopServer(replica);
  await waitUntil(`the slot of ${replica.name}`, () => dropSlot(primary), { withinMs: 10_000 });
  await copyData(replica, { host: primary.address, port: primary.port, user, password, slot });
}

/** What died without a word holds its slot until its connection is seen to be broken. */
async function dropSlot(primary: PostgresServer): Promise<boolean> {
  const own = `FROM pg_replication_slots WHERE slot_name = '${slot}'`;
  const drop = `SELECT pg_drop_replication_slot(slot_name) ${own} AND NOT active;`;
  return (await psql(primary, `${drop} SELECT count(*) ${own};`)).trim().endsWith('0');
}

async function follow({ primary, replica }: Pair, password: string): Promise<'started' | 'running'> {
  const { address, port } = primary;
  const source = `host=${address} port=${port} user=${user} password=${password} application_name=${replica.name}`;
  const access = renderAccess([{ databases: 'all', user: 'all', networks: fromAnywhere }]);
  const outcome = await startPostgres(replica, { settings: replicaSettings(source, slot), access });
  const streams = () =>
    psql(primary, `SELECT state FROM pg_stat_replication WHERE application_name = '${replica.name}';`).then(
      (state) => state.trim() === 'streaming',
    );
  await waitUntil(`${replica.name} streaming`, streams, { withinMs: streamsWithinMs, everyMs: 250, daemon: replica });
  return outcome;
}
