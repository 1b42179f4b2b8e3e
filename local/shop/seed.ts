import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorefrontInput } from '@storefront/crds';
import type { Kubectl } from '../cluster/kubectl.ts';
import { digestFiles, digestText, listFiles } from '../image/tree.ts';
import { paths } from '../paths.ts';
import { execute, ProgramError } from '../process.ts';
import { Failure, type Say } from '../steps.ts';

const program = join(paths.checkout, 'local/catalogue/main.ts');
const products = 1000;

type Shelves = { kubectl: Kubectl; shop: StorefrontInput; url: string };
type Secret = { data: Record<string, string> };

/**
 * Fills the shop with the sample catalogue through its public API; what is there already is left as it is. A record beside
 * the stores' data says which catalogue they hold, so that the same one is not offered again.
 */
export async function seedCatalogue({ kubectl, shop, url }: Shelves, say: Say): Promise<string> {
  const record = join(paths.stores('shop'), 'catalogue');
  const wanted = await describeCatalogue();
  const held = await readFile(record, 'utf8').catch(() => undefined);
  if (held === wanted && (await sellsSomething(url))) return `${products} products`;

  const { name, namespace = 'default' } = shop.metadata;
  const secret = await kubectl.get<Secret>(['-n', namespace, 'secret', `${name}-merchant`]);
  const outcome = await runCatalogue(url, Buffer.from(secret?.data['token'] ?? '', 'base64'), say);
  await writeFile(record, wanted);
  return outcome;
}

async function describeCatalogue(): Promise<string> {
  const sources = ['local/catalogue/**/*.ts', 'services/product/src/contract.ts'];
  const digest = await digestFiles(paths.checkout, await listFiles(paths.checkout, sources, ['**/*.test.ts']));
  return digestText(digest, String(products));
}

async function sellsSomething(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/products?limit=1`).catch(() => undefined);
  if (!answer?.ok) return false;
  const { items } = (await answer.json()) as { items: unknown[] };
  return items.length > 0;
}

async function runCatalogue(url: string, token: Buffer, say: Say): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-seed-'));
  const tokenFile = join(folder, 'token'); // not on the command line, which everybody may read
  let last = '';
  try {
    await writeFile(tokenFile, token, { mode: 0o600 });
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
