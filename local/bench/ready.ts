import type { StorefrontInput } from '@storefront/crds';
import { createKubectl } from '../cluster/kubectl.ts';
import { Failure } from '../steps.ts';
import { waitUntilReady } from '../shop/ready.ts';

/** Seconds from `kubectl apply` of the shop to its condition Ready, nothing of it there before but its records. */
export async function timeToReady(): Promise<number> {
  const kubectl = createKubectl();
  const listed = await kubectl.get<{ items: StorefrontInput[] }>(['storefronts', '--all-namespaces']);
  const [storefront] = listed?.items ?? [];
  if (!storefront) throw new Failure('There is no shop to measure.', 'Run: make up');
  const { apiVersion, kind, metadata, spec } = storefront;
  const { name, namespace = 'default' } = metadata;
  const retained = {
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: { ...spec, deletionPolicy: 'Retain' },
  } as StorefrontInput;
  await kubectl.apply([retained]);
  await kubectl.run(['-n', namespace, 'delete', 'storefront', name, '--timeout=120s']);
  await kubectl.run(['-n', namespace, 'wait', '--for=delete', 'pods', '--all', '--timeout=120s']);
  const startedAt = performance.now();
  await kubectl.apply([{ apiVersion, kind, metadata: { name, namespace }, spec } as StorefrontInput]);
  await waitUntilReady(kubectl, { name, namespace }, { withinMs: 240_000, say: () => undefined });
  return (performance.now() - startedAt) / 1000;
}
