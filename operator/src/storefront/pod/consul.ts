/** The Consul sidecar: one registration, and names on the pod's loopback. The app never speaks to it. */
import type { Storefront } from '@storefront/crds';
import { consulPorts, type ServiceEntry, sidecarPort } from '../../fleet.ts';
import { objectName, scopedName } from '../names.ts';
import { drainOf } from './drain.ts';
import { imageOf, pullPolicy } from './image.ts';
import { containerSecurity, megabytesOf, resourcesOf } from './security.ts';
import { files, readOnly } from './volumes.ts';

/** Configuration of the agent, apart from what is only known in the pod: name, address, folder, gossip key and token. */
export function agentConfig(storefront: Storefront): object {
  const { datacenter, servers } = storefront.spec.discovery;
  return {
    datacenter,
    server: false,
    log_level: 'WARN',
    log_json: true,
    disable_update_check: true,
    client_addr: '127.0.0.1',
    ports: { http: consulPorts.http, dns: consulPorts.dns, grpc: -1, grpc_tls: -1, https: -1, serf_wan: -1 },
    retry_join: servers,
    retry_interval: '1s',
    leave_on_terminate: true,
    rejoin_after_leave: false,
    // A pod that died without leaving is forgotten soon: its name never comes back.
    advertise_reconnect_timeout: '15m',
    connect: { enabled: false },
    acl: { enabled: true, default_policy: 'deny', down_policy: 'extend-cache' },
    auto_encrypt: { tls: true },
    tls: {
      defaults: { ca_file: `${files.ca}/discovery/ca.crt`, verify_outgoing: true },
      internal_rpc: { verify_server_hostname: true },
    },
    dns_config: {
      // Without the truncation bit Nginx would balance over the three instances that fit into one UDP answer.
      enable_truncate: true,
      only_passing: true,
      // Without metadata of the nodes, an answer holds more instances.
      enable_additional_node_meta_txt: false,
      service_ttl: { '*': '0s' },
      // Every answer comes from the servers. An agent's cache could go on serving a list that nobody refreshes; without
      // servers the query fails instead, and Nginx keeps the instances that it knows.
      use_cache: false,
    },
  };
}

/**
 * The pod's only registration. Its check is slow to doubt, like the readiness probe, and for the same reason; a pod that is gone is
 * passed over by Nginx at the first refused connection, long before. Its address is set, so that answers name it and Nginx needs no
 * second query to a server.
 */
function registration(storefront: Storefront, service: string, entry: ServiceEntry): string {
  return `{
  "service": {
    "id": "${service}",
    "name": "${scopedName(storefront, service)}",
    "address": "$POD_IP",
    "port": ${entry.port},
    "meta": { "release": "${storefront.spec.release.version}" },
    "checks": [{
      "id": "ready",
      "http": "http://127.0.0.1:${entry.port}/readyz",
      "interval": "1s",
      "timeout": "5s",
      "success_before_passing": 1,
      "failures_before_critical": 3,
      "deregister_critical_service_after": "1m"
    }]
  }
}`;
}

/**
 * Writes what only the pod knows, then becomes the agent. Secrets go from file to file: never into the environment or a
 * command line. The node's name begins with the scope, for two shops may bear one name in two namespaces. It ends with the address, and
 * the agent's memory is that address's: a pod whose sandbox died comes back under its name at another one, and Consul, for which the
 * old node still lives, would take the new one for an impostor and shut it out.
 */
export function consulStart(storefront: Storefront, service: string, entry: ServiceEntry): string {
  return `set -eu
umask 077
address="$(printf %s "$POD_IP" | tr .: --)"
mkdir -p "${files.consul}/data/$address" ${files.consul}/config
cat > ${files.consul}/config/pod.json <<END
{
  "node_name": "${scopedName(storefront, service)}-\${POD_NAME#${objectName(storefront, service)}-}-$address",
  "data_dir": "${files.consul}/data/$address",
  "bind_addr": "$POD_IP",
  "encrypt": "$(cat ${files.gossip}/key)",
  "acl": { "tokens": { "default": "$(cat ${files.consulToken}/consul-token)" } }
}
END
cat > ${files.consul}/config/service.json <<END
${registration(storefront, service, entry)}
END
exec consul agent -config-file=${files.sidecars}/agent.json -config-dir=${files.consul}/config
`;
}

/** The agent's API is on loopback only; the Nginx sidecar asks it on the kubelet's behalf: for the agent's own life, not the servers'. */
const probes = {
  startupProbe: { tcpSocket: { port: consulPorts.gossip }, periodSeconds: 1, failureThreshold: 60 },
  livenessProbe: {
    httpGet: { path: '/consul', port: sidecarPort },
    initialDelaySeconds: 30,
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 6,
  },
};

export function consulContainer(storefront: Storefront, service: string, entry: ServiceEntry) {
  const sidecar = storefront.spec.sidecars?.consul;
  const resources = resourcesOf(
    { cpu: '20m', cpuLimit: '500m', memory: '64Mi', memoryLimit: '160Mi', storage: '32Mi' },
    sidecar?.resources,
  );
  const deregister = `sleep ${drainOf(entry).foundSeconds}; exec consul services deregister -id=${service}`;
  const fieldRef = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  return {
    name: 'consul',
    image: sidecar?.image ?? imageOf(storefront),
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    restartPolicy: 'Always',
    command: ['sh', `${files.sidecars}/consul.sh`],
    env: [
      { name: 'POD_NAME', ...fieldRef('metadata.name') },
      { name: 'POD_IP', ...fieldRef('status.podIP') },
      { name: 'CONSUL_HTTP_TOKEN_FILE', value: `${files.consulToken}/consul-token` },
      // Go collects harder from here on, before the kernel kills.
      { name: 'GOMEMLIMIT', value: `${Math.floor(megabytesOf(resources.limits.memory) * 0.75)}MiB` },
    ],
    ports: [
      { name: 'gossip-tcp', containerPort: consulPorts.gossip },
      { name: 'gossip-udp', containerPort: consulPorts.gossip, protocol: 'UDP' },
    ],
    ...probes,
    // Runs when the pod begins to end: callers drop it within the resolver's second, while the app still serves.
    lifecycle: { preStop: { exec: { command: ['sh', '-c', deregister] } } },
    securityContext: containerSecurity,
    resources,
    volumeMounts: [
      readOnly('sidecars', files.sidecars),
      readOnly('consul-token', files.consulToken),
      readOnly('gossip', files.gossip),
      readOnly('discovery-ca', `${files.ca}/discovery`),
      { name: 'consul', mountPath: files.consul },
    ],
  };
}
