/** One change to one child, with what a person is told about it. */
import type { Manifest } from '../cluster.ts';
import { isStatus, keyOf, nameOf } from '../cluster.ts';
import { trim } from '../content.ts';
import { childId, fieldManager } from '../kinds.ts';
import { storefrontLabel } from '../labels.ts';
import type { Deps } from './deps.ts';
import { settledOf } from './deps.ts';
import { settle } from './diff.ts';
import type { Create, Remove, Update } from './diff.ts';
import { withLiveReplicas } from './replicas.ts';

/** Returns the object that bears the name already, if it is not ours to change. */
export async function apply(change: Create | Update, storefront: Manifest, deps: Deps): Promise<Manifest | undefined> {
  const { cluster, view } = deps;
  const key = keyOf(change.manifest);
  if (change.do === 'create') {
    const other = await cluster.get(change.kind, key);
    if (other !== null && other.metadata.labels?.[storefrontLabel] !== storefront.metadata.name) return trim(other);
  }
  const manifest = await withLiveReplicas(change.manifest, cluster);
  const { answer, managers } = await applyOrTakeOver(change, manifest, deps);
  view.put(answer);
  settledOf(deps, nameOf(keyOf(storefront))).set(childId(manifest), settle(manifest, answer));
  deps.onApplied?.({ kind: change.kind.kind, outcome: managers.length > 0 ? 'forced' : 'applied' });
  await tell(change, storefront, { managers, deps });
  return undefined;
}

type Outcome = { answer: Manifest; managers: string[] };

/** Without force first: the refusal says who else wrote these fields. */
async function applyOrTakeOver(change: Create | Update, manifest: Manifest, { cluster }: Deps): Promise<Outcome> {
  try {
    return { answer: await cluster.apply(change.kind, manifest), managers: [] };
  } catch (error) {
    if (!isStatus(error, 409) || error.conflicts.length === 0) throw error;
    const managers = [...new Set(error.conflicts.map(({ manager }) => manager))];
    return { answer: await cluster.apply(change.kind, manifest, { force: true }), managers };
  }
}

type Telling = { managers: string[]; deps: Deps };

async function tell(change: Create | Update, storefront: Manifest, { managers, deps }: Telling): Promise<void> {
  const id = childId(change.manifest);
  const foreign = managers.filter((manager) => manager !== fieldManager);
  if (change.do === 'create') {
    if (!change.wasDeleted) return;
    deps.onDrift?.({ kind: change.kind.kind, manager: 'unknown' });
    return recordDrift(storefront, `${id} was deleted by someone else and is made again.`, deps);
  }
  if (change.cause === 'changed' && foreign.length === 0) return;
  const others = foreign.length === 0 ? ['someone else'] : foreign;
  for (const manager of foreign.length === 0 ? ['unknown'] : foreign)
    deps.onDrift?.({ kind: change.kind.kind, manager });
  deps.fights.note(nameOf(keyOf(storefront)), id, others);
  const note = `${id} was changed by ${others.join(', ')} and is set back: ${listed(change.fields)}. Change the Storefront instead.`;
  await recordDrift(storefront, note, deps);
}

const recordDrift = (storefront: Manifest, note: string, { events }: Deps): Promise<void> =>
  events.record(storefront, { type: 'Warning', reason: 'DriftCorrected', action: 'Apply', note });

function listed(fields: readonly string[]): string {
  const shown = fields.slice(0, 8).map((field) => (field === 'hash' || field === 'keys' ? 'data' : field));
  const rest = fields.length - shown.length;
  return [...new Set(shown)].join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

export async function remove({ kind, live }: Remove, storefront: Manifest, deps: Deps): Promise<void> {
  await deps.cluster.remove(kind, keyOf(live), { uid: live.metadata.uid ?? '' });
  deps.view.drop(live);
  settledOf(deps, nameOf(keyOf(storefront))).delete(childId(live));
  deps.onApplied?.({ kind: kind.kind, outcome: 'removed' });
  // A Job that another one has replaced is no news.
  if (kind.tier === 'job') return;
  await deps.events.record(storefront, {
    type: 'Normal',
    reason: 'Pruned',
    action: 'Delete',
    note: `${childId(live)} is no longer part of the Storefront and was removed.`,
  });
}
