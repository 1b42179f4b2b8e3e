/** What Google Cloud and the other providers would answer: the inputs, a name where none was given, and the fields that only they know. */
import { createHash } from 'node:crypto';
import type { Registered } from './engine.ts';

type Fields = Record<string, unknown>;
type Answerable = Pick<Registered, 'type' | 'name' | 'isCustom' | 'inputs'>;
type Answer = (name: string, inputs: Fields) => Fields;

export const projectNumber = '123456789012';
const secretMark = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
const hidden = (value: string) => ({ ...secretMark, value });
const pem = (what: string, name: string) => `-----BEGIN ${what}-----\n${name}\n-----END ${what}-----\n`;

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** As long as asked and of the characters that were asked for; the same in every run. */
function drawn(name: string, { length, upper, lower, numeric, special, overrideSpecial }: Fields): string {
  const kinds: [unknown, string][] = [
    [upper, letters.toUpperCase()],
    [lower, letters],
    [numeric, '0123456789'],
    [special, (overrideSpecial ?? '!@#$%&*()-_=+[]{}<>:?') as string],
  ];
  const characters = kinds.map(([isAsked, all]) => (isAsked === false ? '' : all)).join('');
  const bytes = createHash('shake256', { outputLength: Number(length) })
    .update(name)
    .digest();
  return [...bytes].map((byte) => characters[byte % characters.length]).join('');
}

const answers: Record<string, Answer> = {
  'gcp:projects/serviceIdentity:ServiceIdentity': () => ({
    email: `service-${projectNumber}@container-engine-robot.iam.gserviceaccount.com`,
  }),
  'gcp:container/cluster:Cluster': (_name, inputs) => ({
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true, endpoint: 'gke-1.europe-west1.gke.goog' },
    },
    workloadIdentityConfig: { workloadPool: `${String(inputs['project'])}.svc.id.goog` },
  }),
  'gcp:serviceaccount/account:Account': (_name, { accountId }) => ({
    email: `${String(accountId)}@acme-shop.iam.gserviceaccount.com`,
  }),
  'gcp:secretmanager/secretVersion:SecretVersion': (name) => ({
    name: `projects/${projectNumber}/secrets/${name}/versions/1`,
  }),
  'gcp:secretmanager/secretIamMember:SecretIamMember': () => ({ etag: 'BwX' }),
  // Its name is the id that was chosen, not one of Pulumi's.
  'gcp:artifactregistry/repository:Repository': (_name, { repositoryId }) => ({ name: repositoryId }),
  'gcp:sql/databaseInstance:DatabaseInstance': (name) => ({
    connectionName: `acme-shop:europe-west1:${name}`,
    dnsName: '',
    dnsNames: [
      { connectionType: 'PRIVATE_SERVICES_ACCESS', dnsScope: 'INSTANCE', name: `${name}.1a2b.europe-west1.sql.goog.` },
    ],
    privateIpAddress: '10.44.0.3',
    serverCaCerts: [{ cert: pem('CERTIFICATE', 'regional') }],
  }),
  'gcp:redis/instance:Instance': (name) => ({
    host: name === 'cache' ? '10.44.1.4' : '10.44.1.12',
    port: 6378,
    authString: hidden(`password of ${name}`),
    serverCaCerts: [{ cert: pem('CERTIFICATE', name) }],
  }),
  'gcp:memorystore/instance:Instance': (name) => ({
    // Left empty by Google where `desiredAutoCreatedEndpoints` was asked for.
    discoveryEndpoints: [],
    endpoints: [
      {
        connections: [
          { pscAutoConnection: { connectionType: '', ipAddress: '10.45.0.9', port: 6379 } },
          {
            pscAutoConnection: {
              connectionType: 'CONNECTION_TYPE_DISCOVERY',
              ipAddress: name === 'cache' ? '10.45.0.4' : '10.45.0.5',
              port: 6379,
            },
          },
        ],
      },
    ],
    managedServerCas: [{ caCerts: [{ certificates: [pem('CERTIFICATE', name)] }] }],
  }),
  'gcp:compute/globalAddress:GlobalAddress': () => ({ address: '203.0.113.10' }),
  'gcp:certificatemanager/dnsAuthorization:DnsAuthorization': (_name, { domain }) => ({
    dnsResourceRecords: [{ name: `_acme-challenge.${String(domain)}.`, type: 'CNAME', data: 'proof.authorize.goog.' }],
  }),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': (name) => ({ uptimeCheckId: `${name}-1` }),
  'random:index/randomPassword:RandomPassword': (name, inputs) => ({ result: hidden(drawn(name, inputs)) }),
  'tls:index/privateKey:PrivateKey': (name) => ({ privateKeyPem: hidden(pem('EC PRIVATE KEY', name)) }),
  'tls:index/selfSignedCert:SelfSignedCert': (name) => ({ certPem: pem('CERTIFICATE', name) }),
  'tls:index/certRequest:CertRequest': (name) => ({ certRequestPem: pem('CERTIFICATE REQUEST', name) }),
  'tls:index/locallySignedCert:LocallySignedCert': (name) => ({ certPem: pem('CERTIFICATE', name) }),
};

export function outputsOf({ type, name, isCustom, inputs }: Answerable): Fields {
  if (!isCustom) return inputs;
  return { name: `${name}-0a1b2c3`, ...inputs, ...answers[type]?.(name, inputs) };
}
