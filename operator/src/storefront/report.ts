/** Writes the status if it is not what it was, and records what has changed for the people who ask. */
import type { Condition, StorefrontStatus } from '@storefront/crds';
import type { Manifest } from '../cluster.ts';
import { isStatus } from '../cluster.ts';
import { hashOf } from '../content.ts';
import { Storefront } from '../kinds.ts';
import type { Deps } from './deps.ts';
import type { Notice } from './events.ts';
import { statusFor, transitions } from './status.ts';
import type { Report } from './status.ts';

export async function writeStatus(live: Manifest, report: Omit<Report, 'generation'>, deps: Deps): Promise<void> {
  const previous = (live.status ?? {}) as StorefrontStatus;
  const status = statusFor({ ...report, generation: live.metadata.generation ?? 0 }, previous, deps.now());
  if (hashOf(status) === hashOf(previous)) return;
  if (!(await apply(live, status, deps))) return;
  for (const condition of transitions(previous, status)) {
    const notice = noticeOf(condition);
    if (notice) await deps.events.record(live, notice);
  }
}

/** False if the Storefront was deleted meanwhile (409: the uid is another's): nobody reads its status. */
async function apply({ metadata }: Manifest, status: StorefrontStatus, { cluster, view }: Deps): Promise<boolean> {
  const { apiVersion, kind } = Storefront;
  const { name, namespace = '', uid = '' } = metadata;
  const manifest = { apiVersion, kind, metadata: { name, namespace, uid }, status };
  try {
    view.put(await cluster.apply(Storefront, manifest, { status: true, force: true }));
    return true;
  } catch (error) {
    if (isStatus(error, 404) || isStatus(error, 409)) return false;
    throw error;
  }
}

/** What an answer of a condition means to a person; the others go without an event. */
const noticed: Readonly<Record<string, Notice['type']>> = {
  Ready: 'Normal',
  Degraded: 'Warning',
  Paused: 'Normal',
  Progressing: 'Normal',
};

function noticeOf({ type, status, reason, message }: Condition): Notice | undefined {
  const kind = noticed[type];
  if (kind === undefined || status !== 'True') return undefined;
  return { type: kind, reason, action: 'Reconcile', note: message === '' ? reason : message };
}
