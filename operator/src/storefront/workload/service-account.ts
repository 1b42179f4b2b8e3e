import type { Storefront } from '@storefront/crds';
import { metadataOf } from '../names.ts';

/** An identity of its own for each component, with no rights in the cluster and no token in the pod. */
export const serviceAccount = (storefront: Storefront, component: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadataOf(storefront, component),
  automountServiceAccountToken: false,
});
