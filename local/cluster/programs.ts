import { join } from 'node:path';
import { executeInside, inside } from '../network.ts';
import { type Daemon, execute } from '../process.ts';
import { program } from '../tools/programs.ts';
import { containerdSocket, folders, kubeconfig, network, state } from './layout.ts';
import { certificateFile, keyFile, serviceAccountKeys } from './pki.ts';
import { settingsFiles } from './settings.ts';

export type Program = {
  identity: Pick<Daemon, 'name' | 'dir'>;
  /** Known once the tools are there. */
  command: () => string[];
  /** What must be out of the way first. */
  prepare?: () => Promise<unknown>;
  isHealthy: () => Promise<boolean>;
  withinMs: number;
};

const etcdUrl = 'http://127.0.0.1:2379';
const etcdPeerUrl = 'http://127.0.0.1:2380';
const podMaskBits = network.pods.split('/')[1] as string;

/** What the cluster consists of besides its pods, in the order of starting. */
export function controlPlane(): Program[] {
  return [etcd(), apiServer(), controllerManager(), scheduler()];
}

/** What makes this machine its node. */
export function nodePrograms(): Program[] {
  return [kubelet(), proxy()];
}

/** Without fsync: a server that dies loses nothing, only a machine that dies does, and a shop is made again from its store. */
function etcd(): Program {
  const command = () => [
    program('etcd'),
    '--name=storefront',
    `--data-dir=${folders.etcd}`,
    '--unsafe-no-fsync',
    '--auto-compaction-retention=1h',
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${etcdPeerUrl}`,
    `--initial-advertise-peer-urls=${etcdPeerUrl}`,
    `--initial-cluster=storefront=${etcdPeerUrl}`,
  ];
  return { ...named('etcd', command), isHealthy: () => answers(`${etcdUrl}/health`), withinMs: 30_000 };
}

function apiServer(): Program {
  const command = () => [
    program('kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    `--bind-address=${network.node}`,
    `--advertise-address=${network.node}`,
    `--secure-port=${new URL(network.api).port}`,
    `--service-cluster-ip-range=${network.services}`,
    '--allow-privileged',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--kubelet-preferred-address-types=InternalIP',
    '--shutdown-delay-duration=0s',
    ...apiServerKeys(),
  ];
  const isHealthy = () => answers(`${network.api}/readyz`, '--cacert', certificateFile('ca'));
  return { ...named('kube-apiserver', command), isHealthy, withinMs: 90_000 };
}

function apiServerKeys(): string[] {
  return [
    `--client-ca-file=${certificateFile('ca')}`,
    `--tls-cert-file=${certificateFile('apiserver')}`,
    `--tls-private-key-file=${keyFile('apiserver')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountKeys.public}`,
    `--service-account-signing-key-file=${serviceAccountKeys.private}`,
    `--kubelet-client-certificate=${certificateFile('apiserver-kubelet')}`,
    `--kubelet-client-key=${keyFile('apiserver-kubelet')}`,
    `--requestheader-client-ca-file=${certificateFile('ca')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${certificateFile('front-proxy')}`,
    `--proxy-client-key-file=${keyFile('front-proxy')}`,
  ];
}

function controllerManager(): Program {
  const command = () => [
    program('kube-controller-manager'),
    ...identity('controller-manager'),
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--use-service-account-credentials',
    `--root-ca-file=${certificateFile('ca')}`,
    `--service-account-private-key-file=${serviceAccountKeys.private}`,
    `--cluster-signing-cert-file=${certificateFile('ca')}`,
    `--cluster-signing-key-file=${keyFile('ca')}`,
    `--flex-volume-plugin-dir=${join(state, 'volume-plugins')}`,
    '--allocate-node-cidrs',
    `--cluster-cidr=${network.pods}`,
    `--node-cidr-mask-size=${podMaskBits}`,
    // A claim that is seen before its volume is looked at again no sooner, nor is one whose binding met another write.
    '--pvclaimbinder-sync-period=1s',
  ];
  const isHealthy = () => answers('https://127.0.0.1:10257/healthz', '--insecure');
  return { ...named('kube-controller-manager', command), isHealthy, withinMs: 60_000 };
}

function scheduler(): Program {
  const listen = ['--bind-address=127.0.0.1', '--leader-elect=false'];
  const command = () => [program('kube-scheduler'), ...identity('scheduler'), ...listen];
  const isHealthy = () => answers('https://127.0.0.1:10259/healthz', '--insecure');
  return { ...named('kube-scheduler', command), isHealthy, withinMs: 60_000 };
}

export function containerd(): Program {
  const isHealthy = () => succeeds(execute(['ctr', '-a', containerdSocket, 'version'], { timeoutMs: 3000 }));
  const command = () => ['containerd', '--config', settingsFiles.containerd];
  return { ...named('containerd', command), isHealthy, withinMs: 30_000 };
}

function kubelet(): Program {
  const command = () => [
    program('kubelet'),
    `--config=${settingsFiles.kubelet}`,
    `--kubeconfig=${kubeconfig('node')}`,
    `--root-dir=${folders.kubelet}`,
    `--cert-dir=${join(folders.kubelet, 'pki')}`,
    `--hostname-override=${network.nodeName}`,
    `--node-ip=${network.node}`,
  ];
  return {
    ...named('kubelet', command),
    isHealthy: () => answers('http://127.0.0.1:10248/healthz'),
    withinMs: 60_000,
  };
}

/**
 * It begins with no rules in the kernel: at its first look it takes a chain that is there for a whole one, even if its predecessor had
 * emptied it to delete it (https://github.com/kubernetes/kubernetes/pull/130119), and the pod behind it is never reached again.
 */
function proxy(): Program {
  const command = () => [program('kube-proxy'), `--config=${settingsFiles.proxy}`];
  const tables = ['ip kube-proxy', 'ip6 kube-proxy'];
  const removal = tables.map((table) => `add table ${table}; delete table ${table}`).join('; ');
  return {
    ...named('kube-proxy', command),
    prepare: () => executeInside(['nft', removal]),
    isHealthy: leadsToServices,
    withinMs: 60_000,
  };
}

/** Its own word is "healthy" from its start on, before the kernel has any rule; so a service's address must lead somewhere. */
function leadsToServices(): Promise<boolean> {
  const address = `https://${network.apiService}/readyz`;
  return answers(address, '--cacert', certificateFile('ca'), '--connect-timeout', '0.5');
}

function identity(user: string): string[] {
  return ['', 'authentication-', 'authorization-'].map((use) => `--${use}kubeconfig=${kubeconfig(user)}`);
}

function named(name: string, command: () => string[]): Pick<Program, 'identity' | 'command'> {
  return { identity: { name, dir: folders.programs }, command: () => inside(command()) };
}

function answers(url: string, ...options: string[]): Promise<boolean> {
  return succeeds(executeInside(['curl', '-fsS', '-o', '/dev/null', '--max-time', '3', ...options, url]));
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
