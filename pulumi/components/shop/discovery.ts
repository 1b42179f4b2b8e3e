import { type ComponentResourceOptions, ComponentResource, secret } from '@pulumi/pulumi';
import { RandomBytes } from '@pulumi/random/randomBytes.js';
import { RandomUuid } from '@pulumi/random/randomUuid.js';
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
    const own = { parent: this };
    const gossip = new RandomBytes(`${name}-gossip`, { length: 32 }, { ...own, additionalSecretOutputs: ['base64'] });
    const token = new RandomUuid(`${name}-admin`, {}, { ...own, additionalSecretOutputs: ['result'] });
    return [
      secrets.authority(name, authority.certificate, [namespace]),
      secrets.write(`${name}-gossip`, both, { key: secret(gossip.base64) }),
      secrets.write(`${name}-admin`, both, { token: secret(token.result) }),
      // Who holds this key can be any server, so the shop's namespace does not get it.
      secrets.write(`${name}-ca-key`, [namespace], { 'tls.key': authority.key }),
    ];
  }
}
