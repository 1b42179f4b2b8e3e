import { join } from 'node:path';
import { executeInside, inside, requestInside } from '../../network.ts';
import { loopbackPorts, ports } from '../../paths.ts';
import { inRoot, makeFolderFor } from '../../tools/inroot.ts';
import { adminUser, storeServer, type Instance, type StoreServer } from '../instance.ts';
import { writeOwned } from '../secrets.ts';
import { ensureServer } from '../server.ts';
import { advancedConfig, enabledPlugins, renderRabbitConfig, resolverConfig } from './settings.ts';

/** The broker, and `epmd`, by which Erlang's nodes find each other: a daemon of its own, or RabbitMQ leaves one behind when it ends. */
export const rabbitServer = (instance: Instance): StoreServer => ({
  ...storeServer(instance, 'rabbitmq', 'beam.smp'),
  needs: 'epmd',
});
export const epmdServer = (instance: Instance): StoreServer => storeServer(instance, 'epmd', 'epmd');

const guestFolder = '/srv/rabbitmq';

export async function startRabbit(instance: Instance): Promise<'started' | 'running'> {
  const epmd = await startEpmd(instance);
  const server = rabbitServer(instance);
  makeFolderFor('servers', 'rabbitmq', server.dataDir);
  const { address } = instance;
  const config = renderRabbitConfig({ address, password: rabbitPassword(instance) });
  const files = {
    'rabbitmq.conf': config,
    'advanced.config': advancedConfig,
    enabled_plugins: enabledPlugins,
    inetrc: resolverConfig,
  };
  for (const [name, content] of Object.entries(files)) writeOwned(join(server.dataDir, name), content);

  const rabbit = await ensureServer(server, {
    command: inside(guest(server, ['/usr/lib/rabbitmq/bin/rabbitmq-server'], rabbitEnvironment(instance))),
    config: Object.values(files).join(''),
    answers: () => answers(instance),
    withinMs: 60_000,
  });
  return epmd === 'running' ? rabbit : 'started';
}

export function rabbitPassword(instance: Instance): string {
  return instance.secret('broker-password');
}

async function startEpmd(instance: Instance): Promise<'started' | 'running'> {
  const server = epmdServer(instance);
  makeFolderFor('servers', 'rabbitmq', server.dataDir);
  const port = String(loopbackPorts[instance.name].epmd);
  const isThere = () => executeInside(['ss', '-Hltn', `sport = :${port}`]).then((found) => found.trim() !== '');
  const command = ['epmd', '-address', '127.0.0.1', '-port', port];
  return ensureServer(server, {
    command: inside(guest(server, command)),
    config: '',
    answers: isThere,
    withinMs: 10_000,
  });
}

/** What a broker is told before it reads its files. */
export function rabbitEnvironment(instance: Instance): Record<string, string> {
  return {
    HOME: guestFolder,
    ERL_INETRC: `${guestFolder}/inetrc`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(loopbackPorts[instance.name].epmd),
    ERL_AFLAGS: '-start_epmd false',
    // Not in the file: before it is read, a node refuses to start where the port that is told here, else 25672, is taken.
    RABBITMQ_DIST_PORT: String(loopbackPorts[instance.name].distribution),
    RABBITMQ_NODENAME: `${instance.name}@localhost`,
    RABBITMQ_MNESIA_BASE: `${guestFolder}/data`,
    RABBITMQ_LOG_BASE: guestFolder,
    RABBITMQ_CONFIG_FILE: `${guestFolder}/rabbitmq.conf`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${guestFolder}/advanced.config`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${guestFolder}/enabled_plugins`,
    RABBITMQ_PID_FILE: `${guestFolder}/pid`,
    // Its schedulers would spin for a while before they sleep, which takes the processor from others.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    // Else a shell stays between us and the server, and takes our signals.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

async function answers(instance: Instance): Promise<boolean> {
  const login = Buffer.from(`${adminUser}:${rabbitPassword(instance)}`).toString('base64');
  const { status } = await requestInside({
    url: `http://${instance.address}:${ports.broker.management}/api/health/checks/port-listener/${ports.broker.amqp}`,
    headers: { authorization: `Basic ${login}` },
  });
  return status === 200;
}

function guest(server: StoreServer, command: readonly string[], environment: Record<string, string> = {}): string[] {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const script = ['sh', '-c', `cd ${guestFolder} && exec "$@"`, 'rabbitmq', 'env', ...variables, ...command];
  return inRoot('servers', { user: 'rabbitmq', folders: { [guestFolder]: server.dataDir } }, script);
}
