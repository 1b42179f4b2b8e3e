import { join } from 'node:path';
import { addresses, paths, ports } from '../paths.ts';

/** What must outlive `make down`: certificates, etcd's data, images. What must not is in `/run`. */
export const state = paths.cluster;
export const runtime = join(paths.run, 'cluster');

export const folders = {
  programs: join(state, 'programs'),
  pki: join(state, 'pki'),
  settings: join(state, 'settings'),
  cni: join(state, 'settings', 'cni'),
  etcd: join(state, 'etcd'),
  kubelet: join(state, 'kubelet'),
  podLogs: join(state, 'pod-logs'),
  images: join(state, 'containerd'),
  containers: join(runtime, 'containerd'),
  podAddresses: join(runtime, 'pod-addresses'),
} as const;

export const containerdSocket = join(runtime, 'containerd.sock');

/** The kubeconfig of one of the cluster's users; `admin` is the person's. */
export const kubeconfig = (user: string): string => join(state, `${user}.kubeconfig`);

export const network = {
  node: addresses.node,
  nodeName: 'storefront',
  api: `https://${addresses.node}:${ports.apiServer}`,
  pods: addresses.pods,
  services: addresses.services,
  apiService: '10.96.0.1',
  dns: '10.96.0.10',
  maxPods: 250,
} as const;
