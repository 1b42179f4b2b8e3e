/** Kinds and their URLs. */
import type { Key, Kind } from '../cluster.ts';

/** The collection's path: `/apis/apps/v1/namespaces/shop/deployments`; without a namespace, that of the whole cluster. */
export function collectionPath({ apiVersion, plural }: Kind, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined || namespace === ''
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

export const objectPath = (kind: Kind, { namespace, name }: Key): string =>
  `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;

/** `{ a: 'b', c: '', '!d': '' }` → `a=b,c,!d`. */
export const labelSelector = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(',');

export const groupOf = ({ apiVersion }: Kind): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
