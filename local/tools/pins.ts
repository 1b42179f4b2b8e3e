import { createHash } from 'node:crypto';
import type { VersionRange } from './versions.ts';

/** Debian's root file systems that the local machine runs on: the stores' servers, and the ground of the fleet's image. */
export const rootFileSystems = {
  servers: {
    suite: 'forky',
    packages: [
      'postgresql-18',
      'postgresql-18-documentdb',
      'redis-server',
      'rabbitmq-server',
      'nginx',
      'libnginx-mod-stream',
      'tzdata',
    ],
  },
  base: { suite: 'forky', packages: ['nginx', 'ca-certificates'] },
} as const;

/**
 * Debian moves on: outside these ranges nobody has tried it. Nginx 1.27.3 is the first that resolves names of upstreams anew, RabbitMQ
 * 4.3 the first that delays retries by itself.
 */
export const debianRanges: Readonly<Record<string, VersionRange>> = {
  'postgresql-18': '>=18 <19',
  'postgresql-18-documentdb': '>=1.0 <2',
  'redis-server': '>=8 <9',
  'rabbitmq-server': '>=4.3.1 <5',
  nginx: '>=1.27.3 <2',
};

export type RootFileSystem = keyof typeof rootFileSystems;

/** Names the cache entry: another suite or another list of packages is another entry. */
export function rootFileSystemKey(name: RootFileSystem): string {
  const { suite, packages } = rootFileSystems[name];
  const digest = createHash('sha256')
    .update([suite, ...packages].join('\n'))
    .digest('hex');
  return `rootfs-${name}-${suite}-${digest.slice(0, 10)}`;
}

/** Programs that Debian lacks. Each tool is a pinned Go module under `go/<name>/`, whose go.sum is the lock. */
export type GoTool = {
  version: string;
  programs: Readonly<Record<string, GoProgram>>;
  tags?: string;
  /** Link-time values: `<package>.<variable>` → value. */
  stamps?: Readonly<Record<string, string>>;
  /** What a build took on two idle cores; told to the person who waits. */
  buildSeconds: number;
};

/** When every program of a tool is on PATH within its range, nothing is built. Without `onPath` it is always built. */
export type GoProgram = { package: string; onPath?: { range: VersionRange; versionArgs: readonly string[] } };

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

function kubernetesProgram(name: string, ...versionArgs: string[]): GoProgram {
  return { package: `k8s.io/kubernetes/cmd/${name}`, onPath: { range: '>=1.34 <1.35', versionArgs } };
}

const tools = {
  kubernetes: {
    version: '1.34.4',
    programs: {
      'kube-apiserver': kubernetesProgram('kube-apiserver', '--version'),
      kubectl: kubernetesProgram('kubectl', 'version', '--client'),
      'kube-controller-manager': kubernetesProgram('kube-controller-manager', '--version'),
      'kube-scheduler': kubernetesProgram('kube-scheduler', '--version'),
      'kube-proxy': kubernetesProgram('kube-proxy', '--version'),
      kubelet: kubernetesProgram('kubelet', '--version'),
      // 3.4, which Debian has, breaks the API server's streaming lists.
      etcd: { package: 'go.etcd.io/etcd/server/v3', onPath: { range: '>=3.6 <3.7', versionArgs: ['--version'] } },
    },
    tags: 'grpcnotrace',
    stamps: kubernetesStamps,
    buildSeconds: 420,
  },
  consul: {
    version: '1.22.7',
    programs: {
      consul: {
        package: 'github.com/hashicorp/consul',
        onPath: { range: '>=1.22 <1.23', versionArgs: ['version'] },
      },
    },
    stamps: {
      'github.com/hashicorp/consul/version.GitCommit': 'v1.22.7',
      'github.com/hashicorp/consul/version.BuildDate': epoch,
    },
    buildSeconds: 270,
  },
  ferretdb: {
    version: '2.7.0',
    programs: {
      ferretdb: {
        package: 'github.com/FerretDB/FerretDB/v2/cmd/ferretdb',
        onPath: { range: '>=2.7 <3', versionArgs: ['--version'] },
      },
    },
    buildSeconds: 35,
  },
  mailpit: {
    version: '1.33.1',
    programs: {
      mailpit: {
        package: 'github.com/axllent/mailpit',
        onPath: { range: '>=1.27 <2', versionArgs: ['version', '--no-release-check'] },
      },
    },
    stamps: { 'github.com/axllent/mailpit/config.Version': 'v1.33.1' },
    buildSeconds: 30,
  },
  coredns: {
    version: '1.14.7',
    programs: { coredns: { package: '.', onPath: { range: '>=1.12 <2', versionArgs: ['-version'] } } },
    buildSeconds: 65,
  },
  pause: { version: '1.0.0', programs: { pause: { package: '.' } }, buildSeconds: 2 },
  checks: {
    version: '1.0.0',
    programs: {
      kubeconform: {
        package: 'github.com/yannh/kubeconform/cmd/kubeconform',
        onPath: { range: '>=0.7 <1', versionArgs: ['-v'] },
      },
      vegeta: { package: 'github.com/tsenart/vegeta/v12', onPath: { range: '>=12.8 <13', versionArgs: ['-version'] } },
    },
    buildSeconds: 15,
  },
  'stripe-mock': {
    version: '0.203.0',
    programs: { 'stripe-mock': { package: 'github.com/stripe/stripe-mock' }, 'stripe-openapi': { package: '.' } },
    buildSeconds: 15,
  },
  'fake-gcs-server': {
    version: '1.56.1',
    programs: { 'fake-gcs-server': { package: 'github.com/fsouza/fake-gcs-server' } },
    buildSeconds: 60,
  },
  'kube-score': {
    version: '1.20.0',
    programs: {
      'kube-score': {
        package: 'github.com/zegl/kube-score/cmd/kube-score',
        onPath: { range: '>=1.20 <2', versionArgs: ['version'] },
      },
    },
    buildSeconds: 50,
  },
} satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof tools;
export const goTools: Readonly<Record<GoToolName, GoTool>> = tools;
export const goToolNames = Object.keys(tools) as GoToolName[];

/** The compiler's version by which these modules were built. */
export const goRange: VersionRange = '>=1.26';

/** Debian programs of the host. `range` only where an older one is known not to do. */
export type HostProgram = { package: string; versionCommand: readonly string[]; range?: VersionRange };

export const hostPrograms: readonly HostProgram[] = [
  { package: 'containerd', versionCommand: ['containerd', '--version'], range: '>=1.6 <3' },
  { package: 'runc', versionCommand: ['runc', '--version'], range: '>=1.1 <2' },
  { package: 'containernetworking-plugins', versionCommand: ['/usr/lib/cni/bridge', '--version'] },
  { package: 'iptables', versionCommand: ['iptables', '--version'], range: '>=1.8' },
  { package: 'nftables', versionCommand: ['nft', '--version'], range: '>=1.0.1' },
  { package: 'conntrack', versionCommand: ['conntrack', '--version'] },
  { package: 'iproute2', versionCommand: ['ip', '-V'] },
  { package: 'openssl', versionCommand: ['openssl', 'version'], range: '>=3' },
  { package: 'curl', versionCommand: ['curl', '--version'], range: '>=7.74' },
  { package: 'mmdebstrap', versionCommand: ['mmdebstrap', '--version'], range: '>=1.3' },
];

/** Only the tests open a browser. */
export const browserPrograms: readonly HostProgram[] = [
  { package: 'chromium', versionCommand: ['chromium', '--version'], range: '>=120' },
];
