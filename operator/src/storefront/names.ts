/** How the objects of a Storefront are called and labelled. */
import { hash } from 'node:crypto';
import type { Storefront } from '@storefront/crds';
import { componentLabel, storefrontLabel } from '../labels.ts';

/** Consul services, databases and Redis keys begin with it, so two shops in one cluster never meet. */
export function scopeOf(storefront: Storefront): string {
  const { name, namespace } = storefront.metadata;
  return storefront.spec.scope ?? `${name}-${sha256(`${namespace ?? ''}/${name}`).slice(0, 6)}`;
}

/** Public address of the shop, without a slash at its end. */
export function urlOf(storefront: Storefront): string {
  const { host, port, tls } = storefront.spec.ingress;
  const address = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${address}${port ? `:${port}` : ''}`;
}

/** `acme-product`: Deployment, Service, ConfigMap and ServiceAccount of a service. */
export const objectName = (storefront: Storefront, component: string): string =>
  `${storefront.metadata.name}-${component}`;

export const credentialsName = (storefront: Storefront, service: string): string =>
  objectName(storefront, `${service}-credentials`);

/** The service's name in Consul, and of its database and store accounts: `acme-1f2e3d-product`. */
export const scopedName = (storefront: Storefront, service: string): string => `${scopeOf(storefront)}-${service}`;

/** Who owns the service's schema in PostgreSQL, and changes it: its migrations. */
export const ownerName = (storefront: Storefront, service: string): string =>
  `${scopedName(storefront, service)}-owner`;

/** What tells the pods of one component of one shop from all others in the namespace. */
export const selectorOf = (storefront: Storefront, component: string): Record<string, string> => ({
  [componentLabel]: component,
  [storefrontLabel]: storefront.metadata.name,
});

export const labelsOf = (storefront: Storefront, component: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'storefront',
  'app.kubernetes.io/instance': storefront.metadata.name,
  'app.kubernetes.io/part-of': 'storefront',
  'app.kubernetes.io/managed-by': 'storefront-operator',
  ...selectorOf(storefront, component),
});

/** Metadata of an object in the Storefront's namespace. */
export function metadataOf(storefront: Storefront, component: string, name = objectName(storefront, component)) {
  const { namespace } = storefront.metadata;
  return { name, ...(namespace ? { namespace } : {}), labels: labelsOf(storefront, component) };
}

export const sha256 = (text: string): string => hash('sha256', text);

/** Eight hex digits of the content: names of what cannot be changed in place, annotations that make pods roll. */
export const shortHash = (content: unknown): string => sha256(JSON.stringify(content)).slice(0, 8);
