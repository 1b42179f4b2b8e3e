import { type ComponentResourceOptions, ComponentResource, type Output, type Resource } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import type { Site } from '../../naming.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { identity } from './identity.ts';
import type { Namespaces } from './namespaces.ts';
import { type SecretValues, syncAccount, SyncedSecret } from './synced-secret.ts';

export type SecretsArgs = {
  site: Site;
  cluster: Cluster;
  namespaces: Namespaces;
  /** Secrets of the outside world, for the shop alone. */
  integrations: Settings['integrations'];
};

/** Who may enter a store. */
export type Account = { username: string; password: Output<string> };

/**
 * Where every password is kept: Secret Manager. GKE copies them into the namespaces that need them, as a service account that may
 * read exactly these. Nothing else writes a Secret.
 *
 * Inputs: the site, the cluster. Outputs: `write`, which makes one, and what every store writes. Cost: by version and month, by 10,000 reads.
 */
export class Secrets extends ComponentResource {
  private readonly accounts: Record<string, Resource>;
  private readonly args: SecretsArgs;

  constructor(name: string, args: SecretsArgs, opts?: ComponentResourceOptions) {
    super('storefront:kubernetes:Secrets', name, {}, opts);
    this.args = args;
    this.accounts = Object.fromEntries(
      Object.keys(args.namespaces.all).map((namespace) => [
        namespace,
        identity(`${name}-${namespace}`, { account: syncAccount, namespace, namespaces: args.namespaces }, this),
      ]),
    );
    for (const [part, values] of Object.entries(args.integrations)) this.write(part, [args.site.namespace], values);
    this.registerOutputs();
  }

  /** A Kubernetes Secret of this name in each of the namespaces, key by key in Secret Manager. */
  write(name: string, namespaces: readonly string[], values: SecretValues): SyncedSecret {
    const { site, cluster } = this.args;
    const readers = namespaces.map((namespace) => ({
      namespace,
      account: this.accounts[namespace] as Resource,
      principal: cluster.principal(namespace, syncAccount),
    }));
    return new SyncedSecret(name, { site, values, readers }, { parent: this });
  }

  /** For the shop, and the store itself where that needs it: `username` and `password` of the account that makes all others. */
  administrator(name: string, values: SecretValues & Account, store: readonly string[] = []): SyncedSecret {
    return this.write(`${name}-admin`, [this.args.site.namespace, ...store], values);
  }

  /** For the shop, and the store itself where that needs it: whom clients of the store trust, as `ca.crt`. */
  authority(name: string, certificate: Output<string>, store: readonly string[] = []): SyncedSecret {
    return this.write(`${name}-ca`, [this.args.site.namespace, ...store], { 'ca.crt': certificate });
  }
}
