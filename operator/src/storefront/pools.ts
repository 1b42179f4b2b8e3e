/** How many connections a pod may hold to a PostgreSQL server, so that all pods together stay within what the server bears. */
import type { Storefront } from '@storefront/crds';
import type { Fleet } from '../fleet.ts';
import { settingsOf } from './pod/image.ts';
import { type Server, usersOf } from './stores.ts';

const connectionsUnlessGiven = 100;
/** How many pods more than there are a rollout may start where their number is not fixed: half of them. */
export const surge = '50%';
/** So many are replaced in one wave: a second one takes as long as the first, and half of three is two. */
const oneWave = 3;
/** More than these only wait for the same disk. */
const most = 10;

/** 0 where there are not even enough for one connection of each pod. */
export function poolOf(storefront: Storefront, fleet: Fleet, server: Server & { store: string }): number {
  return Math.min(most, Math.floor(connectionsOf(server) / podsOf(storefront, fleet, server.store)));
}

export const connectionsOf = ({ maxConnections }: Server): number => maxConnections ?? connectionsUnlessGiven;

/** The same of a number that is fixed; never none, which a rollout that may take none away is not allowed. */
export const surgeOf = (replicas: number): number => Math.max(1, Math.ceil(replicas / 2), Math.min(replicas, oneWave));

/** Pods that may use a store at the same time: of every service of it as many as there may be, and those that replace them in a rollout. */
export function podsOf(storefront: Storefront, fleet: Fleet, store: string): number {
  const pods = usersOf(fleet, store).map((service) => {
    const { replicas, autoscaling } = settingsOf(storefront, service);
    const running = replicas ?? autoscaling?.max ?? fleet[service]!.size.replicas[1];
    return running + (replicas === undefined ? Math.ceil(running / 2) : surgeOf(running));
  });
  return Math.max(
    1,
    pods.reduce((sum, count) => sum + count, 0),
  );
}
