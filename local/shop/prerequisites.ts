import type { StorefrontInput } from '@storefront/crds';
import type { StoreAccount, StoresFile } from '../stores/stores-file.ts';

/** What a person makes before the first Storefront: a namespace under the strictest pod security, and Secrets. */
export function prerequisites(storefront: StorefrontInput, stores: StoresFile, mediaFolder: string): object[] {
  const { namespace = 'default' } = storefront.metadata;
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    ...secrets(storefront, stores).map(({ name, values }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      stringData: values,
    })),
    ...mediaVolume(storefront, namespace, mediaFolder),
  ];
}

type SecretValues = { name: string; values: Record<string, string> };

/** The Secrets that a Storefront refers to, with the fixed keys that the operator reads. */
export function secrets({ spec }: StorefrontInput, servers: StoresFile): SecretValues[] {
  const { stores, discovery } = spec;
  const { mongo, cache, state, customers, orders, broker, consul } = servers;
  const login = (name: string | undefined, { username, password }: StoreAccount): SecretValues[] =>
    name === undefined ? [] : [{ name, values: { username, password } }];
  return [
    ...login(stores.products?.adminSecretRef.name, mongo),
    ...login(stores.cache?.adminSecretRef.name, cache),
    ...login(stores.state?.adminSecretRef.name, state),
    ...login(stores.customers?.adminSecretRef.name, customers),
    ...(stores.orders?.shards ?? []).flatMap(({ name, adminSecretRef }) =>
      orders.filter((shard) => shard.name === name).flatMap((shard) => login(adminSecretRef.name, shard)),
    ),
    ...login(stores.broker?.adminSecretRef.name, broker),
    ...integrations(spec, servers),
    { name: discovery.caSecretRef.name, values: { 'ca.crt': consul.caPem } },
    { name: discovery.gossipSecretRef.name, values: { key: consul.gossipKey } },
    { name: discovery.adminSecretRef.name, values: { token: consul.token } },
  ];
}

/** Accounts at Stripe, or at what stands for it, and at the one carrier that is simulated. */
function integrations(
  { payments, shipping }: StorefrontInput['spec'],
  { stripe, carrier }: StoresFile,
): SecretValues[] {
  const easypost = shipping?.carriers.filter(({ kind }) => kind === 'EasyPost') ?? [];
  return [
    ...(payments
      ? [
          {
            name: payments.stripe.secretRef.name,
            values: { 'secret-key': stripe.secretKey, 'webhook-secret': stripe.webhookSecret },
          },
        ]
      : []),
    ...easypost.map(({ secretRef: { name } }) => ({
      name,
      values: { 'api-key': carrier.apiKey, 'webhook-secret': carrier.webhookSecret },
    })),
  ];
}

/** The claim for images, bound by name to a folder of this machine. */
function mediaVolume({ spec }: StorefrontInput, namespace: string, path: string): object[] {
  const name = spec.stores.media?.claim?.name;
  if (name === undefined) return [];
  const volume = `${namespace}-${name}`;
  const common = { accessModes: ['ReadWriteMany'], storageClassName: '', volumeMode: 'Filesystem' };
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: {
        ...common,
        capacity: { storage: '100Gi' },
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path, type: 'Directory' },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace },
      spec: { ...common, volumeName: volume, resources: { requests: { storage: '100Gi' } } },
    },
  ];
}
