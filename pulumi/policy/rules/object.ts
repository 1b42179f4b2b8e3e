/** Kubernetes objects that are no workload, and images wherever they are named: in values of charts and custom resources too. */
import { namespaces } from '../../naming.ts';
import { kindOf, metadataOf } from './manifest.ts';
import { anyRule, at, type Found, isGiven, type Registered, textsIn } from './rule.ts';

/** Stores whose own operators do not reach the strictest standard. */
const lenient: (string | undefined)[] = [namespaces.mongo, namespaces.broker, namespaces.discovery];

/** An image has a tag that is a version, or a digest. */
const isPinned = (image: string): boolean => /(@sha256:[a-f0-9]{64}|:(?!latest$)[\w.-]+)$/.test(image);

/** A rule for objects of some kinds. */
const objects = (
  name: string,
  description: string,
  kinds: readonly string[],
  ...checks: ((resource: Registered) => Found)[]
) =>
  anyRule(
    name,
    description,
    ...checks.map((check) => (resource: Registered) => kinds.includes(kindOf(resource)) && check(resource)),
  );

export const objectRules = [
  anyRule('no-bitnami', 'No image or chart of Bitnami: since 2025 they are not maintained for free.', ({ props }) => {
    const found = textsIn(props).filter(({ text }) => /bitnami/i.test(text));
    return found.map(({ text }) => `replace ${text} by one of the vendor or of the community`);
  }),
  anyRule(
    'image-pinned',
    'Images are named by version or digest, never latest.',
    (resource) => {
      const kind = kindOf(resource);
      // A Storefront names image and digest apart.
      const isImage = kind !== '' && kind !== 'storefront.dev/Storefront';
      const loose = textsIn(resource.props).filter(({ field, text }) => field === 'image' && !isPinned(text));
      return isImage && loose.map(({ text }) => `add a version or a digest to ${text}`);
    },
    ({ props }) =>
      textsIn(props).some(({ field, text }) => field === 'tag' && text === 'latest') && 'set tag to a version',
  ),
  objects('release-digest', 'A shop runs a release by digest.', ['storefront.dev/Storefront'], ({ props }) => {
    const digest = at(props, ['spec', 'release', 'digest']);
    return !/^sha256:[a-f0-9]{64}$/.test(String(digest)) && 'set spec.release.digest to sha256:…';
  }),
  objects('chart-version', 'Charts are pinned.', ['helm.sh/Release', 'helm.sh/Chart'], ({ props }) => {
    const isOurs = String(props['chart']).startsWith('../charts/');
    return (
      !isOurs && !/^\d+\.\d+\.\d+$/.test(String(props['version'])) && 'set version to one of the chart, such as 1.2.3'
    );
  }),
  objects('namespace-standard', 'A namespace says how safe its pods must be.', ['core/Namespace'], (resource) => {
    const { name, labels = {} } = metadataOf(resource);
    const standard = labels['pod-security.kubernetes.io/enforce'];
    const isEnough = standard === 'restricted' || (standard === 'baseline' && lenient.includes(name));
    return !isEnough && 'set the label pod-security.kubernetes.io/enforce to restricted';
  }),
  objects(
    'rbac-no-wildcard',
    'Rights are listed, not "all".',
    ['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role'],
    ({ props }) =>
      textsIn(props['rules'])
        .filter(({ text }) => text === '*')
        .map(({ field }) => `list what is needed in ${field}, in place of *`),
  ),
  objects(
    'rbac-no-cluster-admin',
    'Nobody is cluster-admin.',
    ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'],
    ({ props }) => at(props, ['roleRef', 'name']) === 'cluster-admin' && 'bind a role with the rights that are needed',
  ),
  objects(
    'ingress-tls',
    'Customers come by TLS.',
    ['networking.k8s.io/Ingress'],
    ({ props }) => !at(props, ['spec', 'tls', '0']) && 'add the Secret of the certificate to spec.tls',
  ),
  objects('gateway-tls', 'Nor by a Gateway without it.', ['gateway.networking.k8s.io/Gateway'], ({ props }) => {
    const listeners = (at(props, ['spec', 'listeners']) ?? []) as { name?: string; protocol?: string }[];
    return listeners
      .filter(({ protocol }) => protocol !== 'HTTPS')
      .map(({ name }) => `set the protocol of the listener ${name} to HTTPS`);
  }),
  objects(
    'storage-class-encryption',
    'CIS 5.9.1: volumes are encrypted by a key of ours.',
    ['storage.k8s.io/StorageClass'],
    ({ props }) =>
      !isGiven(() => at(props, ['parameters', 'disk-encryption-kms-key'])) &&
      'set parameters.disk-encryption-kms-key to a key of KMS',
    ({ props }) => props['provisioner'] !== 'pd.csi.storage.gke.io' && 'set provisioner to pd.csi.storage.gke.io',
  ),
];
