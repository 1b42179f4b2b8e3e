import { generateCrd } from './to-crd.ts';

/** The files of this package that are made from its schema, by path from the root of the repository. */
export function generated(): Promise<{ path: string; content: string }[]> {
  return Promise.resolve([{ path: 'crds/generated/storefronts.storefront.dev.yaml', content: generateCrd() }]);
}
