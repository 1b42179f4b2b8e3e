import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../process.ts';
import { writeChanged } from './files.ts';
import { folders, kubeconfig, network } from './layout.ts';

type Certificate = { subject: string; names?: string[] };

const certificates: Record<string, Certificate> = {
  apiserver: {
    subject: '/CN=kube-apiserver',
    names: [
      'IP:127.0.0.1',
      `IP:${network.node}`,
      `IP:${network.apiService}`,
      'DNS:localhost',
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`),
      'DNS:kubernetes.default.svc.cluster.local',
    ],
  },
  'apiserver-kubelet': { subject: '/O=system:masters/CN=apiserver-kubelet-client' },
  'front-proxy': { subject: '/CN=front-proxy-client' },
  node: {
    subject: `/O=system:nodes/CN=system:node:${network.nodeName}`,
    names: [`IP:${network.node}`, `DNS:${network.nodeName}`],
  },
  admin: { subject: '/O=system:masters/CN=admin' },
  'controller-manager': { subject: '/CN=system:kube-controller-manager' },
  scheduler: { subject: '/CN=system:kube-scheduler' },
  proxy: { subject: '/CN=system:kube-proxy' },
};
const clients = ['admin', 'controller-manager', 'scheduler', 'proxy', 'node'];
const days = '3650';

export const keyFile = (name: string): string => join(folders.pki, `${name}.key`);
export const serviceAccountKeys = {
  private: join(folders.pki, 'service-accounts.key'),
  public: join(folders.pki, 'service-accounts.pub'),
};
export const certificateFile = (name: string): string => join(folders.pki, `${name}.crt`);

/** Makes what is missing of the cluster's own authority, its certificates and kubeconfigs. */
export async function makePki(): Promise<void> {
  await mkdir(folders.pki, { recursive: true, mode: 0o700 });
  if (!existsSync(certificateFile('ca'))) await makeAuthority();
  for (const [name, certificate] of Object.entries(certificates))
    if (!existsSync(certificateFile(name))) await sign(name, certificate);
  for (const name of clients) await writeKubeconfig(name);
}

async function makeAuthority(): Promise<void> {
  await makeKey('ca');
  const usage = 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature';
  const subject = ['-subj', '/CN=storefront-local', '-days', days, '-addext', usage];
  await openssl('genrsa', '-out', serviceAccountKeys.private, '2048');
  await openssl('rsa', '-in', serviceAccountKeys.private, '-pubout', '-out', serviceAccountKeys.public);
  await openssl('req', '-x509', '-new', '-key', keyFile('ca'), ...subject, '-out', certificateFile('ca'));
}

async function sign(name: string, { subject, names }: Certificate): Promise<void> {
  const request = join(folders.pki, `${name}.csr`);
  const extensions = join(folders.pki, `${name}.ext`);
  await makeKey(name);
  await openssl('req', '-new', '-key', keyFile(name), '-subj', subject, '-out', request);
  const alternative = names ? `subjectAltName=${names.join(',')}\n` : '';
  await writeFile(extensions, `extendedKeyUsage=serverAuth,clientAuth\n${alternative}`);
  const authority = ['-CA', certificateFile('ca'), '-CAkey', keyFile('ca'), '-CAcreateserial'];
  const signing = ['-days', days, '-extfile', extensions, '-out', certificateFile(name)];
  await openssl('x509', '-req', '-in', request, ...authority, ...signing);
  await Promise.all([rm(request), rm(extensions)]);
}

const makeKey = (name: string) => openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile(name));

async function openssl(...args: string[]): Promise<void> {
  await execute(['openssl', ...args]);
}

/** Self-contained, so that a copy of the file works anywhere that reaches the address. */
async function writeKubeconfig(name: string): Promise<void> {
  const inline = async (file: string) => (await readFile(file)).toString('base64');
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'storefront',
        cluster: { server: network.api, 'certificate-authority-data': await inline(certificateFile('ca')) },
      },
    ],
    users: [
      {
        name,
        user: {
          'client-certificate-data': await inline(certificateFile(name)),
          'client-key-data': await inline(keyFile(name)),
        },
      },
    ],
    contexts: [{ name: 'storefront', context: { cluster: 'storefront', user: name } }],
    'current-context': 'storefront',
  };
  await writeChanged(kubeconfig(name), `${JSON.stringify(document, null, 2)}\n`);
}
