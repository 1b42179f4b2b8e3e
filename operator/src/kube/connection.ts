/**
 * How requests reach the API server: client-node's `KubeConfig` knows who we are (files, exec plugins, the pod's token),
 * two dispatchers of our own carry the requests. client-node itself makes a new dispatcher, and so a TLS handshake, per request.
 */
import { createHash } from 'node:crypto';
import type { AgentOptions } from 'node:https';
import { KubeConfig, RequestContext, HttpMethod } from '@kubernetes/client-node';
import type { Cluster as KubeConfigCluster } from '@kubernetes/client-node';
import { Agent } from 'undici';
import type { buildConnector } from 'undici';

/** Long watches must not occupy the connections of calls, and one lost connection must not end all watches: no HTTP/2. */
export type Route = { server: string; headers: Record<string, string>; calls: Agent; watches: Agent };

export type Connection = { route(): Promise<Route>; close(): Promise<void> };

/** Tokens and CA files are read again this often; a bound token is renewed long before it ends. */
const REREAD_MS = 30_000;

export function loadKubeConfig(file?: string): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  return config;
}

export const createConnection = (config: KubeConfig, now: () => number = () => performance.now()): Connection =>
  new KubeConnection(config, now);

class KubeConnection implements Connection {
  readonly #config: KubeConfig;
  readonly #now: () => number;
  #route: Promise<Route> | undefined;
  #readAt = 0;
  #agents: { fingerprint: string; calls: Agent; watches: Agent } | undefined;

  constructor(config: KubeConfig, now: () => number) {
    this.#config = config;
    this.#now = now;
  }

  route(): Promise<Route> {
    if (this.#route !== undefined && this.#now() - this.#readAt < REREAD_MS) return this.#route;
    this.#readAt = this.#now();
    const reading = this.#read();
    this.#route = reading;
    reading.catch(() => (this.#route = undefined));
    return reading;
  }

  async close(): Promise<void> {
    await Promise.all([this.#agents?.calls.destroy(), this.#agents?.watches.destroy()]);
  }

  async #read(): Promise<Route> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('The kubeconfig has no current cluster: set current-context.');
    const { headers, tls } = await authenticate(this.#config, cluster);
    const { calls, watches } = this.#agentsFor(cluster, tls);
    return { server: cluster.server.replace(/\/$/, ''), headers, calls, watches };
  }

  /** The same agents until CA, certificate or key change. */
  #agentsFor(cluster: KubeConfigCluster, tls: AgentOptions): { calls: Agent; watches: Agent } {
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([tls.ca, tls.cert, tls.key]))
      .digest('hex');
    if (this.#agents?.fingerprint === fingerprint) return this.#agents;
    const options = this.#config.createDispatcherOptions(cluster, tls);
    if (options.type === 'proxy' || options.type === 'socks')
      throw new Error('The kubeconfig asks for a proxy; the operator speaks to the API server directly.');
    const connect = options.type === 'agent' ? { connect: options.connect as buildConnector.BuildOptions } : {};
    const shared = { ...connect, pipelining: 1, allowH2: false, headersTimeout: 30_000 };
    const old = this.#agents;
    this.#agents = {
      fingerprint,
      calls: new Agent({ ...shared, connections: 32, bodyTimeout: 30_000 }),
      watches: new Agent({ ...shared, connections: 64, bodyTimeout: 0 }),
    };
    void Promise.all([old?.calls.close(), old?.watches.close()]);
    return this.#agents;
  }
}

/** What client-node would put on a request: its headers, and the TLS options it would make a dispatcher from. */
async function authenticate(
  config: KubeConfig,
  cluster: KubeConfigCluster,
): Promise<{ headers: Record<string, string>; tls: AgentOptions }> {
  let tls: AgentOptions = {};
  const probe = Object.create(config, {
    createDispatcher: {
      value(_: unknown, options: AgentOptions) {
        tls = options;
      },
    },
  }) as KubeConfig;
  const context = new RequestContext(cluster.server, HttpMethod.GET);
  await probe.applySecurityAuthentication(context);
  return { headers: context.getHeaders(), tls };
}
