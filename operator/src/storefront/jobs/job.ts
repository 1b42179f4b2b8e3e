import type { Storefront } from '@storefront/crds';
import { metadataOf, objectName, shortHash } from '../names.ts';

type Template = { metadata: { labels: Record<string, string> }; spec: object };

/**
 * A Job cannot change, so its name carries the hash of its template: new content is a new Job. Without a time to live, since one that
 * vanished would run again. Few retries: the operator runs a failed one again, with back-off.
 */
export function job(
  storefront: Storefront,
  component: string,
  role: 'provision' | 'migration' | 'removal',
  template: Template,
) {
  const metadata = metadataOf(storefront, component, objectName(storefront, `${component}-${shortHash(template)}`));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, labels: { ...metadata.labels, 'storefront.dev/job': role } },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 900,
      template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
    },
  };
}
