import type { FleetService, ServiceName, Storefront } from '@storefront/crds';

/** Tags are content hashes or releases, and digests do not change: what is on the node is what is meant. */
export const pullPolicy = 'IfNotPresent';

/** The release's image, by tag and digest; for a service its own image, where it has one. */
export function imageOf(storefront: Storefront, service?: string): string {
  const { image, digest } = storefront.spec.release;
  const own = service ? settingsOf(storefront, service).image : undefined;
  return own ?? (digest ? `${image}@${digest}` : image);
}

/** What the Storefront says of one service; nothing said is `{}`. */
export const settingsOf = (storefront: Storefront, service: string): FleetService =>
  storefront.spec.services?.[service as ServiceName] ?? {};
