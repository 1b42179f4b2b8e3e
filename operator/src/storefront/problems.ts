/** What the fleet needs of a Storefront and its schema does not ask for: which services exist, only the fleet table knows. Pure. */
import type { Storefront } from '@storefront/crds';
import type { Fleet, ServiceEntry } from '../fleet.ts';
import { connectionsOf, podsOf, poolOf } from './pools.ts';
import { isDescribed, serversOf, serversUsedBy, usersOf } from './stores.ts';
import { listed } from './verdict.ts';

/** One line a field, each with what to do. Empty: the fleet can be rendered. */
export function problemsOf(storefront: Storefront, fleet: Fleet): string[] {
  const stores = serversUsedBy(fleet);
  const senders = Object.keys(fleet).filter((service) => fleet[service]!.mails);
  return [
    ...stores
      .filter((store) => !isDescribed(storefront, store))
      .map((store) => `spec.stores.${store}: is missing; ${needed(usersOf(fleet, store))} it`),
    ...(senders.length > 0 && !storefront.spec.mail ? [`spec.mail: is missing; ${needed(senders)} it`] : []),
    ...missingIntegrations(storefront, fleet),
    ...stores.filter((store) => isDescribed(storefront, store)).flatMap((store) => misfits(storefront, fleet, store)),
  ];
}

function missingIntegrations({ spec }: Storefront, fleet: Fleet): string[] {
  const users = (integration: ServiceEntry['integration']) =>
    Object.keys(fleet).filter((service) => fleet[service]!.integration === integration);
  const [takers, senders] = [users('payments'), users('carriers')];
  return [
    ...(takers.length > 0 && !spec.payments ? [`spec.payments: is missing; ${needed(takers)} it`] : []),
    ...(senders.length > 0 && !spec.shipping ? [`spec.shipping: is missing; ${needed(senders)} it`] : []),
    ...(senders.length > 0 && spec.shipping && !spec.shipping.from
      ? [`spec.shipping.from: is missing; ${needed(senders)} it`]
      : []),
  ];
}

const needed = (services: readonly string[]): string =>
  `${listed(services)} ${services.length === 1 ? 'needs' : 'need'}`;

/** A store that is described, but not as its users need it. */
function misfits(storefront: Storefront, fleet: Fleet, store: string): string[] {
  const users = usersOf(fleet, store);
  const isPostgres = users.some((service) => fleet[service]!.stores[store]?.kind === 'postgres');
  if (!isPostgres) return [];
  const pods = podsOf(storefront, fleet, store);
  return serversOf(storefront, store)
    .filter((server) => poolOf(storefront, fleet, server) < 1)
    .map(
      (server) =>
        `${server.path}.maxConnections: ${connectionsOf(server)} are too few for the ${pods} pods of ${listed(users)} ` +
        `that may run at once; allow ${pods} or more, or lower their autoscaling.max`,
    );
}
