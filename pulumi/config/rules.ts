/** What one field alone cannot show, by noun. */
import { clusterRules } from './rules/cluster.ts';
import { databaseRules, removedShards } from './rules/databases.ts';
import { nameRules } from './rules/names.ts';
import { networkRules } from './rules/network.ts';
import { productionRules } from './rules/production.ts';
import { secretRules } from './rules/secrets.ts';
import { storefrontRules } from './rules/storefront.ts';

const rules = [
  ...nameRules,
  ...networkRules,
  ...clusterRules,
  ...databaseRules,
  ...productionRules,
  ...secretRules,
  ...storefrontRules,
];

/**
 * Everything wrong between the fields, and shards of the last `pulumi up` that are no longer listed.
 *
 * `settings`: what is right by itself. `wrong`: the fields that are not; a rule that looks at one of them, or at what is in it, is not
 * asked, and all others are, so that a person learns everything at once.
 */
export function problemsOf(settings: object, wrong: readonly string[], deployedShards: readonly string[]): string[] {
  return [...rules, removedShards(deployedShards)]
    .filter(({ of }) => !of.some((name) => wrong.some((field) => isIn(field, name) || isIn(name, field))))
    .flatMap(({ find }) => find(settings as never));
}

const isIn = (inner: string, outer: string): boolean => `${inner}.`.startsWith(`${outer}.`);
