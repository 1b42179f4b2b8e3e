/** Pods are killed while five orders a second are placed: `node chaos.ts` with a Ground on its standard input prints a ChaosResult. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { formatBreaches, type Breach } from '../auditor/audit.ts';
import { openAuditor } from '../auditor/auditor.ts';
import { get, kubectl, type Pod } from '../cluster/cluster.ts';
import { killPod } from '../cluster/servers.ts';
import { openApi } from './api.ts';
import { readGround } from './ground.ts';
import { merchantOf } from './merchant.ts';
import { startSelling } from './seller.ts';

const perSecond = 5;
const killEveryMs = 5_000;
const auditEveryMs = 15_000;
const services = ['gateway', 'cart', 'product', 'order', 'payment', 'shipping'];
/** For orders under way when the last pod died: retries, the carrier's scans, webhooks that were lost. */
const restMs = 15 * 60_000;

export type ChaosResult = {
  minutes: number;
  kills: Record<string, number>;
  started: number;
  accepted: number;
  /** Checkouts that ended without an order, by what was said. */
  failed: Record<string, number>;
  /** Milliseconds from the button to the answer. */
  p50: number;
  p95: number;
  /** Seconds from the end of the faults until all orders had ended and all invariants held; null where they do not. */
  settledSeconds: number | null;
  breaches: string;
};

const { url, sources, merchantToken, namespace, minutes, target } = await readGround();
const api = openApi(url, sources);
const auditor = await openAuditor(target);
const sku = `chaos-${randomUUID().slice(0, 8)}`;
const merchant = merchantOf(api, merchantToken);
const { productId } = await merchant.offer(sku, { units: 99_000 });

const kills: Record<string, number> = {};
const selling = startSelling(api, { sku, perSecond });
const ending = AbortSignal.timeout(minutes * 60_000);
const [seenMeanwhile] = await Promise.all([auditNow(), killPods()]);
const { started, accepted, failed, times } = await selling.stop();

const restedFrom = performance.now();
const seenAtRest = formatBreaches(await auditor.checkAtRest({ accepted, withinMs: restMs, onWait: sayWhatIsLeft() }));
const result: ChaosResult = {
  minutes,
  kills,
  started,
  accepted: accepted.length,
  failed,
  p50: quantile(times, 0.5),
  p95: quantile(times, 0.95),
  settledSeconds: seenAtRest === '' ? (performance.now() - restedFrom) / 1_000 : null,
  breaches: [seenMeanwhile, seenAtRest].filter(Boolean).join('\n'),
};
await merchant.unpublish(productId);
await auditor.close();
await api.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/** All processes of one pod at once; its successor is a new pod, since a container that dies often is started later and later. */
async function killPods(): Promise<void> {
  while (!(await isOver(killEveryMs))) {
    const service = services[Math.floor(Math.random() * services.length)] as string;
    const selector = `app.kubernetes.io/component=${service}`;
    const { items } = await get<{ items: Pod[] }>('-n', namespace, 'pods', '-l', selector);
    const alive = items.filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Running');
    const pod = alive[Math.floor(Math.random() * alive.length)];
    if (!pod) continue;
    killPod(pod);
    await kubectl('-n', namespace, 'delete', 'pod', pod.metadata.name, '--force', '--grace-period=0', '--wait=false');
    kills[service] = (kills[service] ?? 0) + 1;
  }
}

/**
 * What must hold at every moment; the first breach ends the asking, for all later ones would name it again. How late an order may be is judged
 * after the last kill: a machine that starts a pod every five seconds has little left for orders.
 */
async function auditNow(): Promise<string> {
  while (!(await isOver(auditEveryMs))) {
    const found = await auditor.check({ graceMs: restMs });
    const { accepted: soFar, started: begun } = selling.sales;
    process.stderr.write(`${soFar.length} of ${begun} ordered, ${found.length} breaches\n`);
    if (found.length > 0) return formatBreaches(found);
  }
  return '';
}

function sayWhatIsLeft() {
  let before = -1;
  return (breaches: Breach[]) => {
    const { length } = breaches;
    if (length !== before)
      process.stderr.write(`no pod dies any more; ${length} left: ${formatBreaches(breaches.slice(0, 1))}\n`);
    before = length;
  };
}

async function isOver(afterMs: number): Promise<boolean> {
  await pause(afterMs, undefined, { signal: ending }).catch(() => undefined);
  return ending.aborted;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
