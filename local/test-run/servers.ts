import { readFile, rm } from 'node:fs/promises';
import { clusterRuns, startCluster, stopCluster } from '../cluster/cluster.ts';
import { deliverImage } from '../cluster/containerd.ts';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';
import { buildImage } from '../image/image.ts';
import { removeNetwork } from '../network.ts';
import { paths } from '../paths.ts';
import { installFile, installOperator, operatorNamespace, readInstall } from '../shop/operator.ts';
import { runSteps, type Say } from '../steps.ts';
import { runningInstances, startStores, stopStores } from '../stores/stores.ts';
import { browserPrograms, goToolNames, hostPrograms } from '../tools/pins.ts';
import { ensureTools } from '../tools/tools.ts';
import { putBackObjects, setAsideObjects } from './objects.ts';

export type Servers = { image: string; stop: () => Promise<void> };

/**
 * Brings up what the tests need: stores of their own without yesterday's data, the image of this code, the machine's
 * one cluster. `stop` takes back what was started here, so a shop that was up stays up.
 */
export async function startServers(check: () => void): Promise<Servers> {
  const clusterWasUp = clusterRuns();
  const operatorWasUp = clusterWasUp && (await operatorRuns());
  const servers: Servers = { image: '', stop: () => stopServers({ clusterWasUp, operatorWasUp }) };
  const step = (name: string, work: (say: Say) => Promise<string | void>) => ({
    name,
    run: (say: Say) => {
      check();
      return work(say);
    },
  });
  try {
    await runSteps([
      step('tools', (say) => ensureTools(say, testTools)),
      step('stores', startFreshStores),
      step('cluster', startEmptyCluster),
      step('image', async (say) => {
        const image = await buildImage(say);
        servers.image = image.reference;
        return `${image.reference} ${await deliverImage(image)}`;
      }),
      step('operator', () => startTestOperator(servers.image)),
    ]);
    check();
    return servers;
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

const testTools = { goTools: goToolNames, packages: [...hostPrograms, ...browserPrograms] };

async function startFreshStores(say: Say): Promise<string> {
  await removeTestStores();
  return startStores('test', say);
}

async function startEmptyCluster(say: Say): Promise<string> {
  await setAsideObjects();
  return startCluster(say);
}

async function removeTestStores(): Promise<void> {
  await stopStores('test');
  await rm(paths.stores('test'), { recursive: true, force: true });
}

/** The operator of this code: tests must not meet yesterday's. A shop that is up is looked after by it meanwhile. */
async function startTestOperator(image: string): Promise<string> {
  const kubectl = createKubectl();
  await removeTestShops(kubectl, true);
  await installOperator(kubectl, readInstall(await readFile(installFile, 'utf8'), image));
  return image;
}

async function stopServers(before: { clusterWasUp: boolean; operatorWasUp: boolean }): Promise<void> {
  if (clusterRuns()) {
    const kubectl = createKubectl();
    await removeTestShops(kubectl, before.clusterWasUp);
    const remove = ['delete', 'namespace', operatorNamespace, '--ignore-not-found', `--wait=${before.clusterWasUp}`];
    if (!before.operatorWasUp) await kubectl.run(remove).catch(() => undefined);
    if (!before.clusterWasUp) await stopCluster();
  }
  await putBackObjects();
  await removeTestStores();
  if (!clusterRuns() && runningInstances().length === 0) await removeNetwork();
}

/** What tests label as theirs; an interrupted run could not remove it itself. */
async function removeTestShops(kubectl: Kubectl, wait: boolean): Promise<void> {
  const remove = (kind: string) => ['delete', kind, '-l', 'storefront.dev/test', `--wait=${wait}`, '--timeout=120s'];
  for (const kind of ['namespaces', 'persistentvolumes']) await kubectl.run(remove(kind)).catch(() => undefined);
}

async function operatorRuns(): Promise<boolean> {
  const found = await createKubectl()
    .get(['-n', operatorNamespace, 'deployments'])
    .catch(() => undefined);
  return ((found as { items: object[] } | undefined)?.items ?? []).length > 0;
}
