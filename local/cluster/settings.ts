import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeChanged } from './files.ts';
import { certificateFile, keyFile } from './pki.ts';
import { containerdSocket, folders, kubeconfig, network, state } from './layout.ts';
import { systemImages } from './system-images.ts';

const file = (name: string): string => join(folders.settings, name);

export const settingsFiles = {
  containerd: file('containerd.toml'),
  kubelet: file('kubelet.yaml'),
  proxy: file('kube-proxy.yaml'),
};

/** Writes the settings of the programs that take theirs from files. */
export async function writeSettings(): Promise<void> {
  await mkdir(folders.cni, { recursive: true });
  await writeChanged(join(folders.cni, '10-storefront.conflist'), JSON.stringify(podNetwork(), null, 2));
  await writeChanged(file('resolv.conf'), '');
  await writeChanged(settingsFiles.containerd, containerdSettings());
  await writeChanged(settingsFiles.kubelet, stringify(kubeletSettings()));
  await writeChanged(settingsFiles.proxy, stringify(proxySettings()));
}

function podNetwork(): object {
  const addresses = { type: 'host-local', dataDir: folders.podAddresses, ranges: [[{ subnet: network.pods }]] };
  const bridge = { type: 'bridge', bridge: 'cni0', isDefaultGateway: true, hairpinMode: true, ipam: addresses };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '1.0.0', name: 'storefront', plugins: [bridge, ports] };
}

/** A containerd of our own: socket, root and state apart from one that the machine may run. */
function containerdSettings(): string {
  const unused = ['btrfs', 'devmapper', 'zfs', 'aufs'].map((name) => `"io.containerd.snapshotter.v1.${name}"`);
  return `version = 2
root = "${folders.images}"
state = "${folders.containers}"
disabled_plugins = [${unused.join(', ')}]
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(state, 'opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${systemImages.pause}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folders.cni}"
`;
}

function kubeletSettings(): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: certificateFile('ca') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: certificateFile('node'),
    tlsPrivateKeyFile: keyFile('node'),
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    maxOpenFiles: 65536,
    maxPods: network.maxPods,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    clusterDomain: 'cluster.local',
    clusterDNS: [network.dns],
    resolvConf: file('resolv.conf'),
    podLogsDir: folders.podLogs,
    volumePluginDir: join(state, 'volume-plugins'),
    imageGCHighThresholdPercent: 100, // images come from a build, not from a registry: what is collected stays away
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '0%', 'nodefs.inodesFree': '0%' },
    containerLogMaxSize: '5Mi',
    containerLogMaxFiles: 2,
    readOnlyPort: 0,
    healthzPort: 10248,
  };
}

function proxySettings(): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clusterCIDR: network.pods,
    hostnameOverride: network.nodeName,
    clientConnection: { kubeconfig: kubeconfig('proxy') },
    metricsBindAddress: '127.0.0.1:10249',
    healthzBindAddress: '127.0.0.1:10256',
    oomScoreAdj: 0,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
