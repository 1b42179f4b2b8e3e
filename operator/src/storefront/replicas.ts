/** Hands the number of pods over to an autoscaler without a moment at the default of one. */
import { keyOf } from '../cluster.ts';
import type { Cluster, Manifest } from '../cluster.ts';
import { Deployment, fieldManager } from '../kinds.ts';

type ManagedFields = { manager?: string; subresource?: string; fieldsV1?: { 'f:spec'?: Record<string, unknown> } };

/**
 * A Deployment manifest without `replicas` leaves them to an autoscaler. As long as only we own the field, leaving it
 * out would reset it to 1 (server-side apply removes what its sole owner drops), so the live number is applied once more.
 */
export async function withLiveReplicas(manifest: Manifest, cluster: Cluster): Promise<Manifest> {
  const spec = manifest.spec as { replicas?: number } | undefined;
  if (manifest.kind !== Deployment.kind || spec?.replicas !== undefined) return manifest;
  const live = await cluster.get(Deployment, keyOf(manifest));
  const { replicas } = (live?.spec ?? {}) as { replicas?: number };
  if (live === null || replicas === undefined || isOwnedByAnother(live)) return manifest;
  return { ...manifest, spec: { ...spec, replicas } };
}

const isOwnedByAnother = (live: Manifest): boolean =>
  ((live.metadata.managedFields ?? []) as ManagedFields[]).some(
    ({ manager, fieldsV1 }) => manager !== fieldManager && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
  );
