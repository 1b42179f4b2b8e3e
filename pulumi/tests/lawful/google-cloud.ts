/** Of Google Cloud: what costs more, what is asked for otherwise, what is only made elsewhere. */
import type { Subject } from '../engine/analyzer.ts';
import { copy, type Fields, type Find, made } from './subject.ts';

const nodes = (find: Find): Fields => {
  const { nodeConfig, management } = find(':NodePool', 'pool-services').inputs as Record<string, Fields>;
  const { serviceAccount, bootDiskKmsKey, imageType, shieldedInstanceConfig } = nodeConfig as Fields;
  return { serviceAccount, bootDiskKmsKey, imageType, shieldedInstanceConfig, management };
};

/** An address for those who are listed, but a private one; nodes that GKE makes by need; everything that costs more. */
function clusters(find: Find): Subject[] {
  const cluster = find('container/cluster:Cluster', 'cluster');
  const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'];
  const provisioning = { enabled: true, autoProvisioningDefaults: nodes(find), autoProvisioningLocations: zones };
  const listed = copy(cluster, 'cluster-with-addresses', {
    'controlPlaneEndpointsConfig.ipEndpointsConfig.enabled': true,
    'privateClusterConfig.enablePrivateEndpoint': true,
    masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: '10.32.0.0/20' }] },
    securityPostureConfig: { mode: 'ENTERPRISE', vulnerabilityMode: 'VULNERABILITY_ENTERPRISE' },
    clusterAutoscaling: provisioning,
    nodePools: [find(':NodePool', 'pool-services').inputs],
  });
  const oneZone = copy(listed, 'cluster-in-one-zone', {
    'resourceLabels.environment': 'dev',
    'clusterAutoscaling.autoProvisioningLocations': ['europe-west1-b'],
  });
  return [listed, oneZone];
}

function stores(find: Find): Subject[] {
  const valkey = find('memorystore/instance:Instance', 'state');
  return [
    copy(find(':DatabaseInstance', 'orders-1'), 'orders-with-client-certificates', {
      'settings.ipConfiguration.sslMode': 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED',
      'settings.ipConfiguration.authorizedNetworks': [],
    }),
    copy(valkey, 'state-in-one-zone', {
      'labels.environment': 'dev',
      replicaCount: 0,
      'zoneDistributionConfig.mode': 'SINGLE_ZONE',
    }),
  ];
}

const egress = {
  direction: 'EGRESS',
  action: 'allow',
  match: { srcIpRanges: ['0.0.0.0/0'], destIpRanges: ['10.0.0.0/8'] },
};
const firewall = (name: string, inputs: Fields): Subject => made('gcp:compute/firewall:Firewall', name, inputs);
const ssh = [{ protocol: 'tcp', ports: ['22'] }];

const others: Subject[] = [
  made('gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule', 'out', egress),
  made('gcp:compute/instance:Instance', 'bastion', {
    bootDisk: { initializeParams: { image: 'debian-cloud/debian-12' } },
  }),
  firewall('in-from-office', { direction: 'INGRESS', allows: ssh, sourceRanges: ['10.0.0.0/8'] }),
  firewall('in-from-itself', { direction: 'INGRESS', allows: ssh, sourceTags: ['nodes'] }),
  firewall('in-from-nowhere', { direction: 'INGRESS', denies: [{ protocol: 'all' }], sourceRanges: ['0.0.0.0/0'] }),
  firewall('out', { direction: 'EGRESS', allows: ssh, sourceRanges: ['0.0.0.0/0'] }),
  made('gcp:projects/iAMBinding:IAMBinding', 'viewers', { role: 'roles/viewer', members: ['group:shop@acme.example'] }),
  made('gcp:projects/iAMPolicy:IAMPolicy', 'whole', {
    policyData: JSON.stringify({ bindings: [{ role: 'roles/viewer', members: ['group:shop@acme.example'] }] }),
  }),
];

export const googleCloud = (find: Find): Subject[] => [...clusters(find), ...stores(find), ...others];
