import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inside } from '../../network.ts';
import { ports } from '../../paths.ts';
import { execute } from '../../process.ts';
import { program } from '../../tools/programs.ts';
import { consulApi, ensureAccess } from './access.ts';
import { storeServer, type Instance, type StoreServer } from '../instance.ts';
import { gossipKey, token, writePrivate } from '../secrets.ts';
import { ensureServer } from '../server.ts';

/** Discovery: one Consul server that the agents in the pods join; it refuses what no token allows, and speaks TLS. */
export const consulServer = (instance: Instance): StoreServer => storeServer(instance, 'consul', 'consul');

/** As crds/samples/local.yaml names it. */
export const datacenter = 'local';

export type ConsulFacts = { gossipKey: string; adminToken: string; agentToken: string; caFile: string };

export function consulFacts(instance: Instance): ConsulFacts {
  return {
    gossipKey: instance.secret('consul-gossip-key', gossipKey),
    adminToken: instance.secret('consul-admin-token', token),
    agentToken: instance.secret('consul-agent-token', token),
    caFile: join(certificates(instance), 'consul-agent-ca.pem'),
  };
}

export async function startConsul(instance: Instance): Promise<'started' | 'running'> {
  const server = consulServer(instance);
  await ensureCertificates(instance);
  const facts = consulFacts(instance);
  const config = JSON.stringify(consulConfig(instance, facts), null, 2);
  const configFile = join(server.dataDir, 'server.json');
  mkdirSync(server.dataDir, { recursive: true, mode: 0o700 });
  writePrivate(configFile, config);

  const command = [program('consul'), 'agent', `-config-file=${configFile}`];
  const api = consulApi(instance.address, facts);
  const outcome = await ensureServer(server, {
    command: inWorkingFolder(server, command),
    config,
    // The admin's token works from the moment there is a leader.
    answers: async () => (await api('GET', '/v1/acl/token/self')).status === 200,
    withinMs: 30_000,
  });
  await ensureAccess(api, { nodeName: nodeName(instance), datacenter, agentToken: facts.agentToken });
  return outcome;
}

function inWorkingFolder(server: StoreServer, command: readonly string[]): string[] {
  return inside(['env', `--chdir=${server.dataDir}`, ...command]);
}

export function consulConfig(instance: Instance, facts: ConsulFacts) {
  const { address } = instance;
  return {
    server: true,
    bootstrap_expect: 1,
    datacenter,
    node_name: nodeName(instance),
    bind_addr: address,
    client_addr: address,
    data_dir: join(instance.folder('consul'), 'data'),
    log_level: 'WARN',
    disable_update_check: true,
    ports: listening,
    ...trust(instance, facts),
    dns_config: { enable_truncate: true, only_passing: true },
    ...oneMachine,
  };
}

/** HTTPS, DNS, gossip and the servers' own port; what nobody uses is off. */
const listening = {
  server: ports.consul.server,
  serf_lan: ports.consul.serf,
  https: ports.consul.https,
  dns: ports.consul.dns,
  http: -1,
  serf_wan: -1,
  grpc: -1,
  grpc_tls: -1,
};

/** Gossip under one key, everything else under TLS with certificates of our CA, and no right without a token. */
function trust(instance: Instance, facts: ConsulFacts) {
  return {
    encrypt: facts.gossipKey,
    connect: { enabled: true }, // its CA signs the agents' certificates (auto_encrypt)
    auto_encrypt: { allow_tls: true },
    tls: {
      defaults: {
        ca_file: facts.caFile,
        cert_file: join(certificates(instance), `${datacenter}-server-consul-0.pem`),
        key_file: join(certificates(instance), `${datacenter}-server-consul-0-key.pem`),
        verify_outgoing: true,
      },
      internal_rpc: { verify_server_hostname: true, verify_incoming: true },
    },
    acl: {
      enabled: true,
      default_policy: 'deny',
      down_policy: 'extend-cache',
      enable_token_persistence: true,
      tokens: { initial_management: facts.adminToken, agent: facts.agentToken },
    },
  };
}

/** Faster than a network needs: a leader within a second or two, a lost agent seen within three. */
const oneMachine = {
  performance: { raft_multiplier: 1 },
  gossip_lan: { gossip_interval: '100ms', probe_interval: '1s', probe_timeout: '500ms', suspicion_mult: 3 },
  reconnect_timeout: '8h', // the shortest: pods of yesterday are not looked for
};

/** Made once; the CA's key stays beside the other secrets. An attempt that was cut short is thrown away. */
async function ensureCertificates(instance: Instance): Promise<void> {
  const folder = certificates(instance);
  if (existsSync(folder)) return;
  const aside = `${folder}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  const tls = (...options: string[]) => execute([program('consul'), 'tls', ...options, '-days=3650'], { cwd: aside });
  await tls('ca', 'create');
  await tls('cert', 'create', '-server', `-dc=${datacenter}`, `-additional-ipaddress=${instance.address}`);
  await execute(['mv', '--no-target-directory', aside, folder]);
}

const certificates = (instance: Instance): string => join(instance.dir, 'secrets', 'consul-tls');
const nodeName = (instance: Instance): string => `${instance.name}-consul`;

export function readCertificate(facts: ConsulFacts): string {
  return readFileSync(facts.caFile, 'utf8');
}
