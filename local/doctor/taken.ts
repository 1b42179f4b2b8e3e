import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { edgePids } from '../edge/edge.ts';
import { refuseTakenPort, refuseTakenStripePort } from '../edge/port.ts';
import { namespace } from '../network.ts';
import { stripePort } from '../paths.ts';
import { execute } from '../process.ts';
import { Failure } from '../steps.ts';
import { readListeners } from '../stores/address.ts';
import { ok, problem, type Finding } from './finding.ts';

/** The shop's port on the host, and that of the Stripe simulator beside it. Our own edge there is moved or left, as asked. */
export async function checkPorts(port: number): Promise<Finding> {
  if (!Number.isInteger(port) || port < 1 || port > 65534)
    return problem(`PORT=${process.env['PORT']} is not a port.`, 'Choose one between 1 and 65534: make up PORT=8090');
  try {
    if (await isForeign(port)) await refuseTakenPort(port);
    if (await isForeign(stripePort(port))) await refuseTakenStripePort(port);
    return ok(`ports ${port} and ${stripePort(port)} on 127.0.0.1`);
  } catch (error) {
    if (error instanceof Failure) return problem(error.what, error.remedy);
    throw error;
  }
}

async function isForeign(port: number): Promise<boolean> {
  const own = edgePids();
  const holders = readListeners(await execute(['ss', '-Hltnp', `sport = :${port}`]));
  return holders.length === 0 || holders.some(({ pid }) => !own.includes(pid));
}

/** The kubelet's places are fixed: one node a machine. */
export function checkOtherKubelet(pids = kubelets()): Finding {
  const [pid] = pids;
  if (pid === undefined) return ok('no other Kubernetes node on this machine');
  return problem(
    `another kubelet runs here (pid ${pid}); a machine can be one node.`,
    'Stop it, or use its cluster: make up CONTEXT=… IMAGE=… FILE=…',
  );
}

/** Kubelets outside our namespace. */
function kubelets(): number[] {
  const ours = statSync(namespace.path, { throwIfNoEntry: false })?.ino;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandOf(entry) === 'kubelet')
    .filter((pid) => statSync(join('/proc', pid, 'ns/net'), { throwIfNoEntry: false })?.ino !== ours)
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'comm'), 'utf8').trim();
  } catch {
    return '';
  }
}
