import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Kubectl } from '../cluster/kubectl.ts';
import { paths } from '../paths.ts';
import { waitUntil } from '../process.ts';

export const operatorNamespace = 'storefront-system';
export const installFile = join(paths.checkout, 'charts/storefront-operator/install.yaml');

type Manifest = {
  kind: string;
  metadata: { name: string };
  spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
};

/** The install manifest, with an image in place of the released one. */
export function readInstall(yaml: string, image: string): Manifest[] {
  const manifests = parseAllDocuments(yaml).map((document) => document.toJS() as Manifest | null);
  const present = manifests.filter((manifest): manifest is Manifest => manifest !== null);
  for (const manifest of present)
    for (const container of manifest.spec?.template?.spec?.containers ?? []) container.image = image;
  return present;
}

/** Applies the operator and waits until its kind can be used and it runs. */
export async function installOperator(kubectl: Kubectl, install: readonly Manifest[]): Promise<void> {
  await untilNotEnding(kubectl);
  const isEarly = ({ kind }: Manifest) => kind === 'Namespace' || kind === 'CustomResourceDefinition';
  await kubectl.apply(install.filter(isEarly));
  await kubectl.apply(install.filter((manifest) => !isEarly(manifest)));
  await kubectl.run(['wait', '--for=condition=Established', 'crd/storefronts.storefront.dev', '--timeout=30s']);
  // A new kind answers 404, then 429, for up to two seconds after it is established.
  const isServed = () =>
    kubectl.run(['get', 'storefronts', '-A']).then(
      () => true,
      () => false,
    );
  await waitUntil('the Storefront kind', isServed, { withinMs: 20_000, everyMs: 250 });
  for (const { kind, metadata } of install)
    if (kind === 'Deployment')
      await kubectl.run(['-n', operatorNamespace, 'rollout', 'status', `deployment/${metadata.name}`, '--timeout=90s']);
}

/** Nothing can be made in a namespace that is on its way out: a cluster may have been stopped while it was. */
async function untilNotEnding(kubectl: Kubectl): Promise<void> {
  const namespace = await kubectl.get<{ metadata: { deletionTimestamp?: string } }>(['namespace', operatorNamespace]);
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  await kubectl.run(['wait', '--for=delete', `namespace/${operatorNamespace}`, '--timeout=120s']);
}
