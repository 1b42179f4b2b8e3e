import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { type ComponentResourceOptions, ComponentResource, interpolate } from '@pulumi/pulumi';
import type { Settings } from '../../../config.ts';
import { namespaces, type Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Secrets } from '../../kubernetes/secrets.ts';
import { Authority } from '../../kubernetes/authority.ts';
import { awaited } from '../../kubernetes/awaited.ts';
import { Chart, operatorResources } from '../../kubernetes/chart.ts';
import type { Namespaces } from '../../kubernetes/namespaces.ts';
import { administrator } from '../administrator.ts';
import { brokerName, brokerSpec } from './broker-spec.ts';

const namespace = namespaces.broker;

export type BrokerArgs = {
  site: Site;
  settings: Settings['broker'];
  cluster: Cluster;
  namespaces: Namespaces;
  secrets: Secrets;
};

/**
 * RabbitMQ: the cluster operator and a cluster whose queues are quorum queues, so that a lost node loses no message. Policies bound
 * them in every virtual host, also in those that the operator's provision Job makes later.
 *
 * Inputs: the site, sizes, cluster. Outputs: `host`, ports, Secrets of the administrator and of the CA. Cost: the nodes and disks that
 * its pods take.
 */
export class Broker extends ComponentResource {
  readonly host = `${brokerName}.${namespace}.svc.cluster.local`;
  readonly port = 5671;
  readonly managementPort = 15_671;
  readonly adminSecret: string;
  readonly caSecret: string;

  constructor(name: string, args: BrokerArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:Broker', name, {}, opts);
    const { site, settings, secrets } = args;
    const operator = this.operator(`${name}-operator`, args);
    const authority = new Authority(`${name}-authority`, { commonName: brokerName }, { parent: this });
    const certificates = this.certificates(name, authority, secrets);
    const admin = this.administrator(name, secrets);
    new CustomResource(
      name,
      {
        apiVersion: 'rabbitmq.com/v1beta1',
        kind: 'RabbitmqCluster',
        metadata: {
          name: brokerName,
          namespace,
          annotations: awaited('condition=AllReplicasReady', 1200),
        },
        spec: brokerSpec({
          site,
          settings,
          cluster: args.cluster,
          certificate: certificates.secretName,
          admin: admin.secretName,
        }),
      },
      { parent: this, protect: site.isGuarded, dependsOn: [operator, certificates, admin] },
    );
    this.adminSecret = admin.secretName;
    this.caSecret = secrets.authority(name, authority.certificate).secretName;
    this.registerOutputs({ host: this.host });
  }

  private operator(name: string, { cluster, namespaces }: BrokerArgs): Chart {
    return new Chart(
      name,
      {
        release: 'rabbitmq-cluster-operator',
        chart: 'oci://registry-1.docker.io/cloudpirates/rabbitmq-cluster-operator',
        version: '0.6.16',
        namespaces,
        namespace,
        values: {
          clusterOperator: {
            watchAllNamespaces: false,
            watchNamespaces: [namespace],
            nodeSelector: cluster.systemPool,
            resources: operatorResources,
          },
          msgTopologyOperator: { enabled: false },
        },
      },
      { parent: this },
    );
  }

  /** `default_user.conf` is what the server reads at its first start; the other two are what the provision Job reads. */
  private administrator(name: string, secrets: Secrets) {
    const account = administrator(name, this);
    const { username, password } = account;
    const config = interpolate`default_user = ${username}\ndefault_pass = ${password}\n`;
    return secrets.administrator(name, { ...account, 'default_user.conf': config }, [namespace]);
  }

  private certificates(name: string, authority: Authority, secrets: Secrets) {
    const values = authority.issue(`${name}-server`, [
      this.host,
      `*.${brokerName}-nodes.${namespace}.svc.cluster.local`,
    ]);
    return secrets.write(`${name}-tls`, [namespace], values);
  }
}
