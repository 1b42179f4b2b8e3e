/** Who reaches the cluster and its nodes, by which network and by which rights: chapters 5.6 and 5.8 of the CIS benchmark for GKE. */
import { Cluster, type ClusterArgs } from '@pulumi/gcp/container/cluster.js';
import type { Unwrap } from '@pulumi/pulumi';
import { isGiven, rule } from './rule.ts';

const everyone = '0.0.0.0/0';

const hasAddress = ({ controlPlaneEndpointsConfig }: Unwrap<ClusterArgs>): boolean =>
  controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled !== false;

export const clusterAccessRules = [
  rule(
    'gke-vpc-native',
    'CIS 5.6.2: pods and Services have addresses of the VPC.',
    Cluster,
    ({ networkingMode }) => networkingMode !== 'VPC_NATIVE' && 'set networkingMode to VPC_NATIVE',
    ({ ipAllocationPolicy }) =>
      !isGiven(() => ipAllocationPolicy?.clusterSecondaryRangeName) &&
      'set ipAllocationPolicy.clusterSecondaryRangeName to the range of the pods',
    ({ ipAllocationPolicy }) =>
      !isGiven(() => ipAllocationPolicy?.servicesSecondaryRangeName) &&
      'set ipAllocationPolicy.servicesSecondaryRangeName to the range of the Services',
  ),
  rule(
    'gke-authorized-networks',
    'CIS 5.6.3: not every network may reach the control plane.',
    Cluster,
    (cluster) =>
      hasAddress(cluster) &&
      !isGiven(() => cluster.masterAuthorizedNetworksConfig) &&
      'set ipEndpointsConfig.enabled to false, or list in masterAuthorizedNetworksConfig who may come',
    ({ masterAuthorizedNetworksConfig }) =>
      masterAuthorizedNetworksConfig?.cidrBlocks?.some(({ cidrBlock }) => cidrBlock === everyone) &&
      `take ${everyone} from masterAuthorizedNetworksConfig.cidrBlocks`,
    ({ masterAuthorizedNetworksConfig }) =>
      masterAuthorizedNetworksConfig?.gcpPublicCidrsAccessEnabled === true &&
      'set gcpPublicCidrsAccessEnabled to false: everybody can rent an address of Google Cloud',
  ),
  rule(
    'gke-private-endpoint',
    'CIS 5.6.4: the control plane has no public address.',
    Cluster,
    (cluster) =>
      hasAddress(cluster) &&
      cluster.privateClusterConfig?.enablePrivateEndpoint !== true &&
      'set ipEndpointsConfig.enabled to false, or enablePrivateEndpoint to true',
  ),
  rule(
    'gke-private-nodes',
    'CIS 5.6.5: nodes have no public address.',
    Cluster,
    ({ privateClusterConfig }) =>
      privateClusterConfig?.enablePrivateNodes !== true && 'set privateClusterConfig.enablePrivateNodes to true',
  ),
  rule(
    'gke-network-policy',
    'CIS 5.6.7: network policies are enforced.',
    Cluster,
    (cluster) =>
      cluster.datapathProvider !== 'ADVANCED_DATAPATH' &&
      'set datapathProvider to ADVANCED_DATAPATH, which is Dataplane V2',
  ),
  // Today's provider has no such fields; older ones have.
  rule('gke-no-basic-auth', 'CIS 5.8.1: nobody logs in by password.', Cluster, ({ masterAuth }) =>
    ['username', 'password'].filter((key) => key in (masterAuth ?? {})).map((key) => `take ${key} from masterAuth`),
  ),
  rule(
    'gke-no-client-certificate',
    'CIS 5.8.2: no client certificate is issued.',
    Cluster,
    ({ masterAuth }) =>
      masterAuth?.clientCertificateConfig?.issueClientCertificate !== false &&
      'set masterAuth.clientCertificateConfig.issueClientCertificate to false',
  ),
  rule(
    'gke-groups',
    'CIS 5.8.3: RBAC knows Google Groups.',
    Cluster,
    ({ authenticatorGroupsConfig }) =>
      !authenticatorGroupsConfig?.securityGroup?.startsWith('gke-security-groups@') &&
      'set authenticatorGroupsConfig.securityGroup to gke-security-groups@<domain>',
  ),
  rule(
    'gke-no-abac',
    'CIS 5.8.4: rights come from RBAC.',
    Cluster,
    ({ enableLegacyAbac }) => enableLegacyAbac !== false && 'set enableLegacyAbac to false',
  ),
];
