/** The files of this package that are made of its sources: the samples' manifests, the chart, install.yaml. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Storefront } from '@storefront/crds';
import { parse, stringify } from 'yaml';
import { fleet } from './fleet.ts';
import { chartFiles, type GeneratedFile } from './install/chart.ts';
import { render } from './storefront/render.ts';
import { secretsOf } from './storefront/secrets-of.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

export async function generated(): Promise<GeneratedFile[]> {
  const golden = await Promise.all(['local', 'production'].map(goldenFile));
  return [...golden, ...chartFiles(await read('crds/generated/storefronts.storefront.dev.yaml'))];
}

/** What a sample becomes; hashes of Secrets are their names, for there are no Secrets here. */
async function goldenFile(sample: string): Promise<GeneratedFile> {
  const storefront = Storefront.parse(parse(await read(`crds/samples/${sample}.yaml`)));
  const refs = Object.fromEntries(secretsOf(storefront, fleet).map(({ name }) => [name, `hash-of-${name}`]));
  const manifests = render(storefront, fleet, refs);
  const text = manifests.map((one) => stringify(one, { lineWidth: 0, aliasDuplicateObjects: false }));
  const notice = `# What crds/samples/${sample}.yaml becomes. Generated; look at the difference, then: npm run generate\n`;
  return { path: `operator/golden/${sample}.yaml`, content: notice + text.join('---\n') };
}
