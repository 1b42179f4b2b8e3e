/** The cluster as one reconcile sees it. */
import { Storefront } from '@storefront/crds';
import type { Key, Manifest } from '../cluster.ts';
import { hashOf } from '../content.ts';
import { Secret } from '../kinds.ts';
import type { Deps } from './deps.ts';
import type { SecretReference } from './secrets-of.ts';

/** A Secret that must be there and is not, or lacks keys. */
export type MissingSecret = SecretReference & { isThere: boolean };

export type Observed = {
  children: Map<string, Manifest>;
  pods: Manifest[];
  /** Name → hash of content, for each Secret referred to that is complete. */
  refs: Record<string, string>;
  missing: MissingSecret[];
};

/** What a person asks for, with its defaults; our own status is not held against them. */
export function parseStorefront({ apiVersion, kind, metadata, spec }: Manifest) {
  return Storefront.safeParse({ apiVersion, kind, metadata, spec });
}

export async function observe(storefront: Storefront, key: Key, deps: Deps): Promise<Observed> {
  const { view, shop } = deps;
  const references = shop.referencesOf(storefront);
  view.refer(
    key,
    references.map(({ name }) => name),
  );
  const read = await Promise.all(references.map((reference) => readSecret(key.namespace, reference, deps)));
  return {
    children: view.children(key),
    pods: view.pods(key),
    refs: Object.fromEntries(read.filter(({ hash }) => hash !== undefined).map(({ name, hash }) => [name, hash ?? ''])),
    missing: read.filter(({ missing }) => missing.keys.length > 0).map(({ missing }) => missing),
  };
}

type ReadSecret = { name: string; hash: string | undefined; missing: MissingSecret };

/** Its values are hashed and forgotten. */
async function readSecret(namespace: string, reference: SecretReference, { cluster }: Deps): Promise<ReadSecret> {
  const { name } = reference;
  const secret = await cluster.get(Secret, { namespace, name });
  const data = (secret?.data ?? {}) as Record<string, string>;
  const keys = reference.keys.filter((wanted) => !data[wanted]);
  const missing = { ...reference, keys, isThere: secret !== null };
  return { name, hash: keys.length === 0 ? hashOf(data) : undefined, missing };
}
