/** What is around a shop of a test: its Secrets, its folder of pictures, and where the simulators send what happens. */
import type { StorefrontInput } from '@storefront/crds';
import { request } from 'undici';

const testLabel = { 'storefront.dev/test': 'true' };

type Account = { username: string; password: string };
type Vendor = { url: string; webhookSecret: string; control: { url: string; token: string } };
/** Of the tests' instance, what its `stores.json` says. */
export type Stores = {
  mongo: Account;
  cache: Account;
  state: Account;
  customers: Account;
  orders: (Account & { name: string })[];
  broker: Account;
  /** Where all mails end, by an API that shows them. */
  mail: { http: string };
  stripe: Vendor & { secretKey: string; publishableKey: string };
  carrier: Vendor & { apiKey: string };
  consul: { servers: string[]; datacenter: string; token: string; caPem: string; gossipKey: string };
};

/** What a person makes before a Storefront. */
export function prerequisites({ spec }: StorefrontInput, namespace: string, stores: Stores, path: string): object[] {
  const secret = secretsIn(namespace);
  const login = ({ username, password }: Account) => ({ username, password });
  const { consul } = stores;
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { ...testLabel, 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    ...secret(spec.stores.products?.adminSecretRef.name, login(stores.mongo)),
    ...secret(spec.stores.cache?.adminSecretRef.name, login(stores.cache)),
    ...secret(spec.stores.state?.adminSecretRef.name, login(stores.state)),
    ...secret(spec.stores.customers?.adminSecretRef.name, login(stores.customers)),
    ...stores.orders.flatMap((shard) => {
      const named = spec.stores.orders?.shards.find(({ name }) => name === shard.name);
      return secret(named?.adminSecretRef.name, login(shard));
    }),
    ...secret(spec.stores.broker?.adminSecretRef.name, login(stores.broker)),
    ...accounts(spec, namespace, stores),
    ...secret(spec.discovery.caSecretRef.name, { 'ca.crt': consul.caPem }),
    ...secret(spec.discovery.gossipSecretRef.name, { key: consul.gossipKey }),
    ...secret(spec.discovery.adminSecretRef.name, { token: consul.token }),
    ...mediaVolume(spec.stores.media?.claim?.name ?? 'media', namespace, path),
  ];
}

const secretsIn = (namespace: string) => (name: string | undefined, stringData: Record<string, string>) =>
  name === undefined ? [] : [{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData }];

/** At what stands for Stripe and for EasyPost. */
function accounts({ payments, shipping }: StorefrontInput['spec'], namespace: string, stores: Stores): object[] {
  const secret = secretsIn(namespace);
  const { stripe, carrier } = stores;
  return [
    ...secret(payments?.stripe.secretRef.name, {
      'secret-key': stripe.secretKey,
      'webhook-secret': stripe.webhookSecret,
    }),
    ...(shipping?.carriers ?? []).flatMap(({ secretRef }) =>
      secret(secretRef.name, { 'api-key': carrier.apiKey, 'webhook-secret': carrier.webhookSecret }),
    ),
  ];
}

function mediaVolume(claim: string, namespace: string, path: string): object[] {
  const common = { accessModes: ['ReadWriteMany'], storageClassName: '' };
  const storage = '1Gi';
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: namespace, labels: testLabel },
      spec: {
        ...common,
        capacity: { storage },
        hostPath: { path },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace },
      spec: { ...common, volumeName: namespace, resources: { requests: { storage } } },
    },
  ];
}

/** What Stripe and the carrier tell goes to one shop, whichever asked last: one that is to hear of it has them for itself. */
export async function sendWebhooksTo(
  url: string,
  { stripe, carrier }: Pick<Stores, 'stripe' | 'carrier'>,
): Promise<void> {
  const tell = async ({ control }: Vendor, path: string) => {
    const answer = await request(`${control.url}/settings`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ webhookUrl: `${url}/webhooks/${path}` }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${control.url}: ${answer.statusCode} ${text}`);
  };
  await Promise.all([tell(stripe, 'stripe'), tell(carrier, 'carriers/easypost')]);
}
