import { type ComponentResourceOptions, ComponentResource, type Output, type Resource } from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import type { Settings } from '../../config.ts';
import { namespaces, secretName, type Site } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Authority } from '../kubernetes/authority.ts';
import { Chart } from '../kubernetes/chart.ts';
import type { Namespaces } from '../kubernetes/namespaces.ts';
import { discoveryValues } from './discovery-values.ts';
import type { Secrets } from '../kubernetes/secrets.ts';
import type { SyncedSecret } from '../kubernetes/synced-secret.ts';

const namespace = namespaces.discovery;

export type DiscoveryArgs = {
  site: Site;
  settings: Settings['discovery'];
  cluster: Cluster;
  namespaces: Namespaces;
  secrets: Secrets;
};

/**
 * Consul's servers, which the pods' own agents join. The gossip key, the CA and the first token are made here and written to both
 * namespaces, so the agents trust the servers from their first start. Agents get their certificates from the servers.
 *
 * Inputs: the site, sizes, cluster. Outputs: `server`, `datacenter`, three Secrets. Cost: the nodes and disks that its pods take.
 * Licence: the chart is MPL 2.0, Consul itself BSL 1.1, which allows running a shop.
 */
export class Discovery extends ComponentResource {
  readonly server = `consul-server.${namespace}.svc.cluster.local`;
  readonly datacenter: string;
  readonly caSecret: string;
  readonly gossipSecret: string;
  readonly adminSecret: string;

  constructor(name: string, args: DiscoveryArgs, opts?: ComponentResourceOptions) {
    super('storefront:shop:Discovery', name, {}, opts);
    const { site, settings, secrets } = args;
    this.datacenter = site.region;
    [this.caSecret, this.gossipSecret, this.adminSecret] = ['ca', 'gossip', 'admin'].map((part) =>
      secretName(site, `${name}-${part}`),
    ) as [string, string, string];
    const written = this.writeSecrets(name, site, secrets);
    new Chart(
      name,
      {
        release: 'consul',
        chart: 'consul',
        repo: 'https://helm.releases.hashicorp.com',
        version: '2.0.3',
        namespaces: args.namespaces,
        namespace,
        timeoutSeconds: 900,
        needs: written,
        isGuarded: site.isGuarded,
        values: discoveryValues({
          site,
          settings,
          cluster: args.cluster,
          secrets: {
            ca: this.caSecret,
            caKey: secretName(site, `${name}-ca-key`),
            gossip: this.gossipSecret,
            admin: this.adminSecret,
          },
        }),
      },
      { parent: this },
    );
    this.registerOutputs({ server: this.server });
  }

  private writeSecrets(name: string, site: Site, secrets: Secrets): SyncedSecret[] {
    const both = [site.namespace, namespace];
    const authority = new Authority(`${name}-authority`, { commonName: 'consul' }, { parent: this });
    return [
      secrets.authority(name, authority.certificate, [namespace]),
      secrets.write(`${name}-gossip`, both, { key: gossipKey(`${name}-gossip`, this) }),
      secrets.write(`${name}-admin`, both, { token: firstToken(`${name}-admin`, this) }),
      // Who holds this key can be any server, so the shop's namespace does not get it.
      secrets.write(`${name}-ca-key`, [namespace], { 'tls.key': authority.key }),
    ];
  }
}

/** 32 bytes in base64, as Consul wants them. Drawn as letters and signs: ids are open in the state, and that of RandomBytes is its value. */
const gossipKey = (name: string, parent: Resource): Output<string> =>
  new RandomPassword(name, { length: 32 }, { parent }).result.apply((text) => Buffer.from(text).toString('base64'));

/** Consul takes a UUID alone. Drawn as its digits: the id of RandomUuid is its value. */
const firstToken = (name: string, parent: Resource): Output<string> =>
  new RandomPassword(
    name,
    { length: 32, special: true, overrideSpecial: '0123456789abcdef', upper: false, lower: false, numeric: false },
    { parent },
  ).result.apply((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
