import { chown, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storefront, StorefrontInput } from '@storefront/crds';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';
import { startEdge } from '../edge/edge.ts';
import { imageUser } from '../image/image.ts';
import { paths } from '../paths.ts';
import { Failure, type Say } from '../steps.ts';
import type { StoresFile } from '../stores/stores-file.ts';
import { installFile, installOperator, readInstall } from './operator.ts';
import { prerequisites } from './prerequisites.ts';
import { waitUntilReady } from './ready.ts';
import { seedCatalogue } from './seed.ts';
import { readStorefront } from './storefront.ts';

const sampleFile = join(paths.checkout, 'crds/samples/local.yaml');
const readyWithinMs = 240_000;

export type Shop = { image: string; port: number };

/** Installs the operator, applies the sample Storefront, waits for it, opens the edge and fills the shelves. */
export async function startShop({ image, port }: Shop, say: Say = () => undefined): Promise<string> {
  const kubectl = createKubectl();
  const stores = JSON.parse(await readFile(paths.storesFile('shop'), 'utf8')) as StoresFile;
  const facts = { image, port, datacenter: stores.consul.datacenter, stripe: stores.stripe };
  const storefront = readStorefront(await readFile(sampleFile, 'utf8'), facts);

  await installOperator(kubectl, readInstall(await readFile(installFile, 'utf8'), image));
  await kubectl.apply(prerequisites(storefront, stores, await linkMedia()));
  await applyAndWait(kubectl, storefront, say);
  await startEdge({ port, stripe: stores.stripe.control ? 'simulated' : 'itself' });
  const url = `http://127.0.0.1:${port}`;
  const seeded = await seedCatalogue({ kubectl, shop: storefront, url }, say);
  return `ready at ${url}; ${seeded}`;
}

/** The folder of this checkout's images, under a name that is the same for every checkout: a volume cannot change its path. */
async function linkMedia(): Promise<string> {
  const folder = join(paths.stores('shop'), 'media');
  const link = join(paths.machine, 'media');
  await mkdir(folder, { recursive: true });
  await chown(folder, imageUser, imageUser);
  await mkdir(paths.machine, { recursive: true });
  await rm(link, { force: true });
  await symlink(folder, link);
  return link;
}

export type OwnCluster = { context: string; image: string; file: string };

/** The same on a cluster the person already has: stores, Secrets and the way in are theirs. */
export async function startShopElsewhere({ context, image, file }: OwnCluster, say: Say): Promise<string> {
  const kubectl = createKubectl({ context });
  await kubectl.run(['version']).catch((cause: unknown) => {
    const remedy = 'Name one of: kubectl config get-contexts -o name';
    throw new Failure(`The cluster of context "${context}" does not answer.`, remedy, { cause });
  });
  const yaml = await readFile(file, 'utf8').catch(() => {
    throw new Failure(`There is no Storefront in "${file}".`, 'Give one: make up CONTEXT=… IMAGE=… FILE=my-shop.yaml');
  });
  await installOperator(kubectl, readInstall(await readFile(installFile, 'utf8'), image));
  const storefront = await applyAndWait(kubectl, readStorefront(yaml, { image }), say);
  return `ready at ${storefront.status?.url ?? 'no public address'}`;
}

async function applyAndWait(kubectl: Kubectl, storefront: StorefrontInput, say: Say): Promise<Storefront> {
  await kubectl.apply([storefront]);
  const { name, namespace = 'default' } = storefront.metadata;
  return waitUntilReady(kubectl, { name, namespace }, { withinMs: readyWithinMs, say });
}
