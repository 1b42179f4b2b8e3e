import type { Storefront } from '@storefront/crds';
import { metadataOf, selectorOf } from '../names.ts';

/** A node may be emptied one pod of a service at a time, also where there is only one. */
export const disruptionBudget = (storefront: Storefront, service: string) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadataOf(storefront, service),
  spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(storefront, service) } },
});
