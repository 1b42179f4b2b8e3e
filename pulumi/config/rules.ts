/** What one field alone cannot show, by noun. */
import { clusterRules } from './rules/cluster.ts';
import { databaseRules, removedShards } from './rules/databases.ts';
import { nameRules } from './rules/names.ts';
import { networkRules } from './rules/network.ts';
import { productionRules } from './rules/production.ts';
import { secretRules } from './rules/secrets.ts';
import type { Settings } from './schema.ts';

const rules = [...nameRules, ...networkRules, ...clusterRules, ...databaseRules, ...productionRules, ...secretRules];

/**
 * Everything wrong between the fields, and shards of the last `pulumi up` that are no longer listed.
 *
 * `wrong`: settings that are already known to be wrong by themselves; rules about others are asked all the same, so that a person
 * learns everything at once.
 */
export function problemsOf(
  settings: Partial<Settings>,
  wrong: ReadonlySet<string>,
  deployedShards: readonly string[],
): string[] {
  return [...rules, removedShards(deployedShards)]
    .filter(({ of }) => !of.some((key) => wrong.has(key)))
    .flatMap(({ find }) => find(settings as Settings));
}
