import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorefrontInput } from '@storefront/crds';
import type { Kubectl } from '../cluster/kubectl.ts';
import { paths } from '../paths.ts';
import { execute, ProgramError } from '../process.ts';
import { Failure, type Say } from '../steps.ts';

const program = join(paths.checkout, 'local/catalogue/main.ts');
const products = 1000;

type Secret = { data: Record<string, string> };

/** Fills the shop with the sample catalogue through its public API; what is there already is left as it is. */
export async function seedCatalogue(kubectl: Kubectl, shop: StorefrontInput, url: string, say: Say): Promise<string> {
  const { name, namespace = 'default' } = shop.metadata;
  const secret = await kubectl.get<Secret>(['-n', namespace, 'secret', `${name}-merchant`]);
  const folder = await mkdtemp(join(tmpdir(), 'storefront-seed-'));
  const tokenFile = join(folder, 'token'); // not on the command line, which everybody may read
  let last = '';
  try {
    await writeFile(tokenFile, Buffer.from(secret?.data['token'] ?? '', 'base64'), { mode: 0o600 });
    const options = ['--url', url, '--token-file', tokenFile, '--count', String(products)];
    await execute([process.execPath, program, ...options], { onLine: (line) => say((last = line)) });
    return last;
  } catch (cause) {
    const said = cause instanceof ProgramError ? cause.output : String(cause);
    throw new Failure('The shop runs, but could not be filled with products.', `${said}\nAgain: make up`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
