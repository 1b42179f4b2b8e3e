import { createHash } from 'node:crypto';

/** Debian's root file systems that the local machine runs on: the stores' servers, and the ground of the fleet's image. */
export const rootFileSystems = {
  servers: {
    suite: 'forky',
    packages: ['postgresql-18', 'postgresql-18-documentdb', 'redis-server', 'nginx', 'libnginx-mod-stream', 'tzdata'],
  },
  base: { suite: 'forky', packages: ['nginx', 'ca-certificates'] },
} as const;

export type RootFileSystem = keyof typeof rootFileSystems;

/** Names the cache entry: another suite or another list of packages is another entry. */
export function rootFileSystemKey(name: RootFileSystem): string {
  const { suite, packages } = rootFileSystems[name];
  const digest = createHash('sha256')
    .update([suite, ...packages].join('\n'))
    .digest('hex');
  return `rootfs-${name}-${suite}-${digest.slice(0, 10)}`;
}

/** Programs that Debian lacks. Each is a pinned Go module under `go/<name>/`, whose go.sum is the lock. */
export type GoTool = {
  version: string;
  /** Program → the package it is built from. */
  programs: Readonly<Record<string, string>>;
  tags?: string;
  /** Link-time values: `<package>.<variable>` → value. */
  stamps?: Readonly<Record<string, string>>;
  /** What a build took on two idle cores; told to the person who waits. */
  buildSeconds: number;
};

const epoch = '1970-01-01T00:00:00Z'; // a build's date must not change its bytes

const kubernetesStamps = Object.fromEntries(
  ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((pkg) => [
    [`${pkg}.gitVersion`, 'v1.34.4'],
    [`${pkg}.gitMajor`, '1'],
    [`${pkg}.gitMinor`, '34'],
    [`${pkg}.gitTreeState`, 'clean'],
    [`${pkg}.buildDate`, epoch],
  ]),
);

const kubernetesPrograms = [
  'kube-apiserver',
  'kubectl',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
].map((program) => [program, `k8s.io/kubernetes/cmd/${program}`] as const);

export const goTools = {
  kubernetes: {
    version: '1.34.4',
    programs: { ...Object.fromEntries(kubernetesPrograms), etcd: 'go.etcd.io/etcd/server/v3' },
    tags: 'grpcnotrace',
    stamps: kubernetesStamps,
    buildSeconds: 330,
  },
  consul: {
    version: '1.22.7',
    programs: { consul: 'github.com/hashicorp/consul' },
    stamps: {
      'github.com/hashicorp/consul/version.GitCommit': 'v1.22.7',
      'github.com/hashicorp/consul/version.BuildDate': epoch,
    },
    buildSeconds: 270,
  },
  ferretdb: {
    version: '2.7.0',
    programs: { ferretdb: 'github.com/FerretDB/FerretDB/v2/cmd/ferretdb' },
    buildSeconds: 35,
  },
  coredns: { version: '1.14.7', programs: { coredns: '.' }, buildSeconds: 65 },
  pause: { version: '1.0.0', programs: { pause: '.' }, buildSeconds: 2 },
  checks: {
    version: '1.0.0',
    programs: {
      kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform',
      vegeta: 'github.com/tsenart/vegeta/v12',
    },
    buildSeconds: 15,
  },
  'kube-score': {
    version: '1.20.0',
    programs: { 'kube-score': 'github.com/zegl/kube-score/cmd/kube-score' },
    buildSeconds: 50,
  },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof goTools;
