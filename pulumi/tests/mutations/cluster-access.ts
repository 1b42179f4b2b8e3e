import { type Mutation, values } from './mutation.ts';

const gke = 'container/cluster:Cluster cluster';
/** The control plane has addresses, for those who are listed. */
const listed = 'container/cluster:Cluster cluster-with-addresses';

export const clusterAccess: Mutation[] = [
  ...values('gke-vpc-native', gke, 'networkingMode', 'ROUTES', undefined),
  ['gke-vpc-native', gke, 'ipAllocationPolicy.clusterSecondaryRangeName', undefined],
  ['gke-vpc-native', gke, 'ipAllocationPolicy.servicesSecondaryRangeName', undefined],
  ['gke-authorized-networks', listed, 'masterAuthorizedNetworksConfig', undefined],
  ['gke-authorized-networks', gke, 'masterAuthorizedNetworksConfig', { cidrBlocks: [{ cidrBlock: '0.0.0.0/0' }] }],
  [
    'gke-authorized-networks',
    listed,
    'masterAuthorizedNetworksConfig.cidrBlocks',
    [{ cidrBlock: '10.0.0.0/8' }, { cidrBlock: '0.0.0.0/0' }],
  ],
  ['gke-authorized-networks', listed, 'masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled', true],
  ['gke-private-endpoint', listed, 'privateClusterConfig.enablePrivateEndpoint', false],
  ...values('gke-private-nodes', gke, 'privateClusterConfig.enablePrivateNodes', false, undefined),
  ...values('gke-network-policy', gke, 'datapathProvider', 'LEGACY_DATAPATH', undefined),
  ['gke-no-basic-auth', gke, 'masterAuth.username', 'admin'],
  ['gke-no-basic-auth', gke, 'masterAuth.password', 'secret'],
  ['gke-no-client-certificate', gke, 'masterAuth.clientCertificateConfig.issueClientCertificate', true],
  ['gke-no-client-certificate', gke, 'masterAuth', undefined],
  ...values('gke-groups', gke, 'authenticatorGroupsConfig', undefined, { securityGroup: 'admins@acme.example' }),
  ...values('gke-no-abac', gke, 'enableLegacyAbac', true, undefined),
];
