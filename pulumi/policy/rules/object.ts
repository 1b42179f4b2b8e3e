/** Kubernetes objects that are no workload, and images wherever they are named: in values of charts and custom resources too. */
import { anyRule, type Fields, type Registered, textOf } from './rule.ts';

const isKind = ({ type }: Registered, kind: string): boolean =>
  type.startsWith('kubernetes:') && type.endsWith(`:${kind}`);

/** Texts under the names by which charts and custom resources name images. */
function imagesIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return /^(image|chart|repository|repo)$/i.test(key) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => imagesIn(inner, Array.isArray(value) ? key : name));
}

/** An image has a tag that is a version, or a digest. Charts are pinned by their own version. */
const isPinned = (image: string): boolean => {
  const name = image.split('/').at(-1) ?? '';
  return name.includes('@sha256:') || /:(?!latest$)[A-Za-z0-9_.-]+$/.test(name);
};
const imageFields = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'image' && typeof inner === 'string' ? [inner] : imageFields(inner),
      );

const standards = ['restricted', 'baseline'];

export const objectRules = [
  anyRule('no-bitnami', 'No image or chart of Bitnami: since 2025 they are not maintained for free.', ({ props }) => {
    const found = imagesIn(props).filter((image) => /bitnami/i.test(image));
    return found.length > 0 && `replace ${found.join(', ')}`;
  }),
  anyRule('image-pinned', 'Images are named by version or digest, never latest.', (resource) => {
    if (!resource.type.startsWith('kubernetes:') || isKind(resource, 'Storefront')) return false;
    const loose = imageFields(resource.props).filter((image) => !isPinned(image));
    return loose.length > 0 && `pin ${loose.join(', ')}`;
  }),
  anyRule('release-digest', 'A shop runs a release by digest.', (resource) => {
    if (!isKind(resource, 'Storefront')) return false;
    const { release } = (resource.props['spec'] ?? {}) as { release?: { digest?: string } };
    return !/^sha256:[a-f0-9]{64}$/.test(release?.digest ?? '') && 'set release.digest';
  }),
  anyRule('chart-version', 'Charts are pinned.', (resource) => {
    if (!isKind(resource, 'Release')) return false;
    const isOurs = textOf(resource.props, 'chart').startsWith('../charts/');
    return !isOurs && !/^\d+\.\d+\.\d+$/.test(textOf(resource.props, 'version')) && 'set version';
  }),
  anyRule('namespace-standard', 'A namespace says how safe its pods must be.', (resource) => {
    if (!isKind(resource, 'Namespace')) return false;
    const { labels = {} } = (resource.props['metadata'] ?? {}) as { labels?: Fields };
    return (
      !standards.includes(String(labels['pod-security.kubernetes.io/enforce'])) && 'enforce restricted, or baseline'
    );
  }),
  anyRule('rbac-no-wildcard', 'Rights are listed, not "all".', (resource) => {
    if (!isKind(resource, 'ClusterRole') && !isKind(resource, 'Role')) return false;
    return JSON.stringify(resource.props['rules'] ?? []).includes('"*"') && 'list verbs and resources';
  }),
  anyRule('rbac-no-cluster-admin', 'Nobody is cluster-admin.', (resource) => {
    const { name } = (resource.props['roleRef'] ?? {}) as { name?: string };
    return resource.type.startsWith('kubernetes:rbac') && name === 'cluster-admin' && 'bind a role of its own';
  }),
  anyRule('ingress-tls', 'Customers come by TLS.', (resource) => {
    const spec = (resource.props['spec'] ?? {}) as { tls?: unknown[]; listeners?: { protocol?: string }[] };
    if (isKind(resource, 'Ingress')) return !spec.tls?.length && 'add tls';
    return (
      isKind(resource, 'Gateway') &&
      spec.listeners?.some(({ protocol }) => protocol !== 'HTTPS') &&
      'use HTTPS listeners'
    );
  }),
];
