/** How a pod ends without losing a request. All hooks and waits of a pod burn one grace period, so their sum must fit into it. */
import type { ServiceEntry } from '../../fleet.ts';

export type Drain = {
  /** The app goes on serving while its callers (or the load balancer) forget it. */
  preStopSeconds: number;
  /** Of these the pod is still found at first: its successors, ready since a moment ago, may not yet be. */
  foundSeconds: number;
  /** After SIGTERM: requests in flight. */
  appSeconds: number;
  /** Then the sidecars, in reverse order of their start. */
  nginxSeconds: number;
  consulSeconds: number;
  graceSeconds: number;
};

const service: Drain = {
  preStopSeconds: 8,
  foundSeconds: 3,
  appSeconds: 20,
  nginxSeconds: 5,
  consulSeconds: 5,
  graceSeconds: 45,
};
/** A load balancer is slower to forget a pod than Consul is. */
const edge: Drain = { ...service, preStopSeconds: 45, graceSeconds: 90 };

export const drainOf = (entry: ServiceEntry): Drain => fitting(entry.edge ? edge : service);

/** Refuses a drain that the kubelet would cut short by SIGKILL. */
export function fitting(drain: Drain): Drain {
  const { preStopSeconds, appSeconds, nginxSeconds, consulSeconds, graceSeconds } = drain;
  const needed = preStopSeconds + appSeconds + nginxSeconds + consulSeconds;
  if (needed > graceSeconds)
    throw new Error(`a pod needs ${needed} s to drain and is given ${graceSeconds} s: raise graceSeconds`);
  return drain;
}
