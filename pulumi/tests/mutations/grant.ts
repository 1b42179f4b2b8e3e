import { type Mutation, values } from './mutation.ts';

const media = 'storage/bucketIAMMember:BucketIAMMember media';
const account = 'projects/iAMMember:IAMMember cluster-node';
const binding = 'projects/iAMBinding:IAMBinding viewers';
const whole = 'projects/iAMPolicy:IAMPolicy whole';

const policyData = (role: string, member: string) => JSON.stringify({ bindings: [{ role, members: [member] }] });
const office = 'group:shop@acme.example';

/** Where none is named, the engine takes the default one of the package, with the login and project of the shell. */
const made: Mutation[] = [
  media,
  'Release mongo-operator',
  'random:index/randomPassword:RandomPassword broker-admin',
  'tls:index/privateKey:PrivateKey broker-authority',
].map((resource) => ['explicit-provider', resource, '$provider', '']);

/** Their ids are their values. */
const drawn: Mutation[] = ['Bytes', 'Id', 'String', 'Uuid', 'Uuid4', 'Uuid7'].map((kind) => [
  'random-hidden',
  'random:index/randomPassword:RandomPassword discovery-admin',
  '$type',
  `random:index/random${kind}:Random${kind}`,
]);

export const grant: Mutation[] = [
  ...values(
    'no-default-account',
    media,
    'member',
    'serviceAccount:acme@appspot.gserviceaccount.com',
    'serviceAccount:123-compute@developer.gserviceaccount.com',
  ),
  ['no-default-account', binding, 'members', [office, 'serviceAccount:acme@appspot.gserviceaccount.com']],
  [
    'no-default-account',
    whole,
    'policyData',
    policyData('roles/viewer', 'serviceAccount:a@appspot.gserviceaccount.com'),
  ],
  ...values('no-broad-role', account, 'role', 'roles/editor', 'roles/owner'),
  ['no-broad-role', whole, 'policyData', policyData('roles/owner', office)],
  ...values('no-everyone', media, 'member', 'allUsers', 'allAuthenticatedUsers'),
  ['no-everyone', binding, 'members', [office, 'allUsers']],
  ['no-everyone', whole, 'policyData', policyData('roles/viewer', 'allUsers')],
  ...made,
  ...drawn,
];
