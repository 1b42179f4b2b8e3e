import type { StorefrontInput } from '@storefront/crds';
import { parse } from 'yaml';

/** The Storefront of a YAML document, running an image. `port` is where the public address has the host's port. */
export function readStorefront(yaml: string, image: string, port?: number): StorefrontInput {
  const { spec, ...rest } = parse(yaml) as StorefrontInput;
  const version = image.split(/[:@]/).at(-1) ?? image;
  const ingress = port === undefined ? spec.ingress : { ...spec.ingress, port };
  return { ...rest, spec: { ...spec, ingress, release: { ...spec.release, version, image } } };
}
