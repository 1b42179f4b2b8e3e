import { Policy as BinaryAuthorization } from '@pulumi/gcp/binaryauthorization/policy.js';
import { Cluster as Gke } from '@pulumi/gcp/container/cluster.js';
import { Topic } from '@pulumi/gcp/pubsub/topic.js';
import { Provider as Kubernetes } from '@pulumi/kubernetes/provider.js';
import {
  type ComponentResourceOptions,
  ComponentResource,
  interpolate,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { idOf, type Site } from '../../naming.ts';
import type { Network } from '../network/network.ts';
import type { Encryption } from '../project/encryption.ts';
import type { Services } from '../project/services.ts';
import { BackupPlan } from './backup-plan.ts';
import { clusterArgs } from './cluster-args.ts';
import { kubeconfig } from './kubeconfig.ts';
import { NodeAccount } from './node-account.ts';
import { NodePools, poolSelector } from './node-pools.ts';
import { StorageClasses } from './storage-classes.ts';

export type ClusterArgs = {
  site: Site;
  settings: Settings['cluster'];
  network: Network;
  encryption: Encryption;
  services: Services;
};

/** Images that do not come through the shop's own registry: the operators of the stores, and what they run. */
export const foreignImages = [
  'docker.io/hashicorp/*',
  'docker.io/library/rabbitmq*',
  'docker.io/percona/*',
  'ghcr.io/rabbitmq/*',
];

/**
 * A private, regional GKE cluster, hardened by CIS: no public node, no address of the control plane but a DNS name that asks for
 * IAM, workloads with identities of their own, only images of known registries.
 *
 * Inputs: the site, sizes, network, keys. Outputs: `kubernetes`, the provider for everything inside; `principal` for what a pod may
 * do in Google Cloud. Cost: nodes; a fee by the hour for the cluster; backups by pod and gigabyte; metrics by sample.
 */
export class Cluster extends ComponentResource {
  readonly kubernetes: Kubernetes;
  readonly nodeAccount: NodeAccount;
  /** What a person types to reach it. */
  readonly kubeconfigCommand: Output<string>;
  readonly storageClass: Output<string>;
  readonly backups: BackupPlan;
  /** Where operators and stores run. Autopilot makes nodes by need and knows no pools. */
  readonly systemPool: Record<string, string>;
  /** What runs in the cluster needs nodes until its end, so it waits for them and goes before them. */
  readonly nodes: Resource[];
  private readonly identities: Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: ComponentResourceOptions) {
    super('storefront:cluster:Cluster', name, {}, opts);
    const { site, settings, network, encryption } = args;
    this.nodeAccount = new NodeAccount(`${name}-node`, { site }, { parent: this });
    const topic = new Topic(`${name}-upgrades`, {}, { parent: this });
    const gke = new Gke(
      name,
      {
        name: idOf(site, 'gke', 40),
        ...clusterArgs({ site, settings, network, encryption, nodeAccount: this.nodeAccount, topic }),
      },
      {
        parent: this,
        protect: site.isGuarded,
        // Fields of the first pool, which is removed; unlike them, changes in the cluster must never replace it.
        ignoreChanges: ['nodeConfig', 'initialNodeCount'],
        dependsOn: [this.nodeAccount, ...network.passages],
      },
    );
    const pool = gke.workloadIdentityConfig.apply((config) => config?.workloadPool ?? `${site.project}.svc.id.goog`);
    this.identities = interpolate`projects/${args.services.projectNumber}/locations/global/workloadIdentityPools/${pool}`;
    this.kubeconfigCommand = interpolate`gcloud container clusters get-credentials ${gke.name} --region ${site.region} --project ${site.project} --dns-endpoint`;
    this.systemPool = settings.mode === 'Autopilot' ? {} : poolSelector('system');
    this.nodes = this.makeNodes(name, gke, args);
    new BinaryAuthorization(name, admission(site), { parent: this });
    const backup = { site, settings: settings.backup, cluster: gke.id };
    this.backups = new BackupPlan(`${name}-backup`, backup, { parent: this });
    this.kubernetes = this.connect(`${name}-kubernetes`, gke, site);
    this.storageClass = new StorageClasses(
      `${name}-storage`,
      { key: encryption.disksKey },
      { parent: this, providers: [this.kubernetes] },
    ).encrypted;
    this.registerOutputs({ kubeconfigCommand: this.kubeconfigCommand });
  }

  /** The member that stands for one Kubernetes service account in IAM. */
  principal(namespace: string, serviceAccount: string): Output<string> {
    return interpolate`principal://iam.googleapis.com/${this.identities}/subject/ns/${namespace}/sa/${serviceAccount}`;
  }

  private makeNodes(name: string, gke: Gke, { site, settings, encryption }: ClusterArgs): Resource[] {
    if (settings.mode === 'Autopilot') return [gke];
    const pools = new NodePools(
      `${name}-pools`,
      { site, pools: settings.pools, cluster: gke, account: this.nodeAccount.email, diskKey: encryption.disksKey },
      { parent: this },
    );
    return pools.all;
  }

  private connect(name: string, gke: Gke, site: Site): Kubernetes {
    return new Kubernetes(
      name,
      {
        kubeconfig: kubeconfig(gke),
        // The endpoint may change; the cluster is the same: nothing inside is replaced for it.
        clusterIdentifier: idOf(site, 'gke', 40),
        enableServerSideApply: true,
        deleteUnreachable: !site.isGuarded,
      },
      { parent: this, dependsOn: this.nodes },
    );
  }
}

/** One policy a project. Google's own system images pass by the global policy. */
const admission = (site: Site) => ({
  project: site.project,
  globalPolicyEvaluationMode: 'ENABLE',
  admissionWhitelistPatterns: [
    { namePattern: `${site.region}-docker.pkg.dev/${site.project}/**` },
    ...foreignImages.map((namePattern) => ({ namePattern })),
  ],
  defaultAdmissionRule: { evaluationMode: 'ALWAYS_DENY', enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG' },
});
