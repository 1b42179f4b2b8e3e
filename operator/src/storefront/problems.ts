/** What the fleet needs of a Storefront and its schema does not ask for: which services exist, only the fleet table knows. Pure. */
import type { Storefront } from '@storefront/crds';
import type { Fleet, ServiceEntry } from '../fleet.ts';
import { unspokenCarriers } from './integrations.ts';
import { connectionsOf, podsOf, poolOf } from './pools.ts';
import { isDescribed, serversOf, serversUsedBy, usersOf } from './stores.ts';
import { listed } from './verdict.ts';

/** One line a field, each with what to do. Empty: the fleet can be rendered. */
export function problemsOf(storefront: Storefront, fleet: Fleet): string[] {
  const stores = serversUsedBy(fleet);
  const mailers = Object.keys(fleet).filter((service) => fleet[service]!.mails);
  return [
    ...stores
      .filter((store) => !isDescribed(storefront, store))
      .map((store) => `spec.stores.${store}: is missing; ${needed(usersOf(fleet, store))} it`),
    ...missing('spec.mail', storefront.spec.mail, mailers),
    ...integrationProblems(storefront, fleet),
    ...stores.filter((store) => isDescribed(storefront, store)).flatMap((store) => misfits(storefront, fleet, store)),
  ];
}

function integrationProblems(storefront: Storefront, fleet: Fleet): string[] {
  const { spec } = storefront;
  const users = (integration: ServiceEntry['integration']) =>
    Object.keys(fleet).filter((service) => fleet[service]!.integration === integration);
  const senders = users('carriers');
  const unspoken = senders.length > 0 ? unspokenCarriers(storefront) : [];
  return [
    ...missing('spec.payments', spec.payments, users('payments')),
    ...missing('spec.shipping', spec.shipping, senders),
    ...(spec.shipping ? missing('spec.shipping.from', spec.shipping.from, senders) : []),
    ...unspoken.map(
      ({ name, kind }) => `spec.shipping.carriers[${name}].kind: this release does not speak to ${kind}; remove it`,
    ),
  ];
}

const missing = (path: string, field: object | undefined, users: readonly string[]): string[] =>
  field === undefined && users.length > 0 ? [`${path}: is missing; ${needed(users)} it`] : [];

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
        `that may run at once; allow ${pods} or more, or lower their replicas or autoscaling.max`,
    );
}
