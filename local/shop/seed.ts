import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StorefrontInput } from '@storefront/crds';
import type { Kubectl } from '../cluster/kubectl.ts';
import { paths } from '../paths.ts';
import { execute } from '../process.ts';
import type { Say } from '../steps.ts';

const program = join(paths.checkout, 'local/catalogue/main.ts');
const products = 1000;

type Secret = { data: Record<string, string> };

/** Fills the shop with the sample catalogue through its public API; what is there already is left as it is. */
export async function seedCatalogue(kubectl: Kubectl, shop: StorefrontInput, url: string, say: Say): Promise<string> {
  if (!existsSync(program)) {
    say('no catalogue to fill it with yet');
    return '';
  }
  const { name, namespace = 'default' } = shop.metadata;
  const secret = await kubectl.get<Secret>(['-n', namespace, 'secret', `${name}-merchant`]);
  const token = Buffer.from(secret?.data['token'] ?? '', 'base64').toString();
  // By its input, for everybody may read a command line.
  const options = ['--url', url, '--token-file', '/dev/stdin', '--count', String(products)];
  let last = '';
  await execute([process.execPath, program, ...options], { input: token, onLine: (line) => (last = line) });
  return last === '' ? '' : `; ${last}`;
}
