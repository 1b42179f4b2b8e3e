/** Pods are killed while five orders a second are placed: `node chaos.ts` with a Ground on its standard input prints a ChaosResult. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { formatBreaches } from '../auditor/audit.ts';
import { openAuditor } from '../auditor/auditor.ts';
import { get, kubectl, type Pod } from '../cluster/cluster.ts';
import { killPod } from '../cluster/servers.ts';
import { openApi } from './api.ts';
import { cards, insistOnOrder, prepareCheckout } from './buyer.ts';
import { readGround } from './ground.ts';
import { merchantOf } from './merchant.ts';

const perSecond = 5;
const killEveryMs = 5_000;
const auditEveryMs = 15_000;
const services = ['gateway', 'cart', 'product', 'order', 'payment', 'shipping'];
/** What a buyer endures before giving up; then nobody knows whether it was an order, but the auditor. */
const patienceMs = 120_000;
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
  /** Seconds from the end of the faults until all orders had ended and all invariants held. */
  settledSeconds: number;
  breaches: string;
};

const { url, sources, merchantToken, namespace, minutes, target } = await readGround();
const api = openApi(url, sources);
const auditor = await openAuditor(target);
const sku = `chaos-${randomUUID().slice(0, 8)}`;
await merchantOf(api, merchantToken).offer(sku, { units: 99_000 });

const result: ChaosResult = {
  minutes,
  kills: {},
  started: 0,
  accepted: 0,
  failed: {},
  p50: 0,
  p95: 0,
  settledSeconds: 0,
  breaches: '',
};
const accepted: string[] = [];
const times: number[] = [];
const underWay = new Set<Promise<void>>();
const ending = AbortSignal.timeout(minutes * 60_000);
const faults = [killPods(), auditNow()];
await sell();
await Promise.all(faults);
await Promise.all(underWay);

const restedFrom = performance.now();
const breaches = await auditor.checkAtRest({ accepted, withinMs: restMs });
times.sort((a, b) => a - b);
Object.assign(result, {
  accepted: accepted.length,
  p50: quantile(0.5),
  p95: quantile(0.95),
  settledSeconds: (performance.now() - restedFrom) / 1_000,
  breaches: [result.breaches, formatBreaches(breaches)].filter(Boolean).join('\n'),
});
await auditor.close();
await api.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/** An open model: a buyer who waits keeps nobody else from coming. */
async function sell(): Promise<void> {
  const startedAt = performance.now();
  while (!ending.aborted) {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    for (; result.started < due; result.started += 1) {
      const buying: Promise<void> = buy().finally(() => underWay.delete(buying));
      underWay.add(buying);
    }
    await pause(50);
  }
}

async function buy(): Promise<void> {
  try {
    const checkout = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    const pressedAt = performance.now();
    const { status, body, text } = await insistOnOrder(api, checkout, { withinMs: patienceMs });
    times.push(performance.now() - pressedAt);
    if (status === 201) accepted.push(body.orderId);
    else fail(`${status} ${body?.code ?? text.slice(0, 100)}`);
  } catch (error) {
    fail(error instanceof Error ? error.message.slice(0, 100) : String(error));
  }
}

function fail(what: string): void {
  result.failed[what] = (result.failed[what] ?? 0) + 1;
}

/** All processes of one pod at once; its successor is a new pod, since a container that dies often is started later and later. */
async function killPods(): Promise<void> {
  while (!(await isOver(killEveryMs))) {
    const service = services[Math.floor(Math.random() * services.length)] as string;
    const { items } = await get<{ items: Pod[] }>(
      '-n',
      namespace,
      'pods',
      '-l',
      `app.kubernetes.io/component=${service}`,
    );
    const alive = items.filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Running');
    const pod = alive[Math.floor(Math.random() * alive.length)];
    if (!pod) continue;
    killPod(pod);
    await kubectl('-n', namespace, 'delete', 'pod', pod.metadata.name, '--force', '--grace-period=0', '--wait=false');
    result.kills[service] = (result.kills[service] ?? 0) + 1;
  }
}

/** What must hold at every moment; the first breach ends the asking, for all later ones would name it again. */
async function auditNow(): Promise<void> {
  while (!(await isOver(auditEveryMs))) {
    const found = await auditor.check({ graceMs: 120_000 });
    process.stderr.write(`${accepted.length} of ${result.started} ordered, ${found.length} breaches\n`);
    if (found.length === 0) continue;
    result.breaches = formatBreaches(found);
    return;
  }
}

async function isOver(afterMs: number): Promise<boolean> {
  await pause(afterMs, undefined, { signal: ending }).catch(() => undefined);
  return ending.aborted;
}

function quantile(share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
}
