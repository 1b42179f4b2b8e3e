/** The shop of this release: what `render` and its fellows make of a Storefront, with the fleet table bound. */
import { fleet as table } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { Shop } from './storefront/deps.ts';
import { removal } from './storefront/jobs/provision-job.ts';
import { scopeOf, urlOf } from './storefront/names.ts';
import { problemsOf } from './storefront/problems.ts';
import { render } from './storefront/render.ts';
import { referencesOf, secretsOf } from './storefront/secrets-of.ts';

export const createShop = (fleet: Fleet): Shop => ({
  render: (storefront, refs) => render(storefront, fleet, refs),
  removal: (storefront, refs) => removal(storefront, fleet, refs),
  problemsOf: (storefront) => problemsOf(storefront, fleet),
  secretsOf: (storefront) => secretsOf(storefront, fleet),
  referencesOf: (storefront) => referencesOf(storefront, fleet),
  scopeOf,
  urlOf,
});

export const shop = createShop(table);
