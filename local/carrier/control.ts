import { z } from 'zod';
import type { ControlHandler, Parts } from '../simulator/dialect.ts';
import { json } from '../simulator/http/call.ts';
import type { RouteName } from '../simulator/http/router.ts';
import { openDesk, type DeskDeps } from './desk.ts';
import { trackerStatuses } from './domain/tracking.ts';
import { findTracker } from './http/trackers.ts';
import { changeKnobs, readKnobs } from './knobs.ts';
import { moveTracker, scheduleScan, stepTracker } from './labels/tracker.ts';

const Move = z.strictObject({ to: z.enum(trackerStatuses).exactOptional() });

/** What a carrier, its scanners or an auditor do, which EasyPost's API has no route for. */
export function controlRoutes(deps: DeskDeps, { ledger }: Parts): Record<RouteName, ControlHandler> {
  return {
    'GET /simulator/ledger': () =>
      json(200, { balances: ledger.balances(), labels: reportLabels(deps), entries: ledger.entries() }),
    'GET /simulator/carrier': () => json(200, readKnobs(deps)),
    'PUT /simulator/carrier': ({ body }) => {
      const knobs = changeKnobs(deps, body);
      // Parcels that waited for somebody go on by themselves.
      const desk = openDesk(deps);
      for (const { shown } of deps.objects.each('tracker')) scheduleScan(desk, shown);
      return json(200, knobs);
    },
    /** By a tracker's id or its code: to a status, or one scan on. */
    'POST /simulator/trackers/:id/move': ({ params, body }) => {
      const { to } = Move.parse(body);
      const desk = openDesk(deps);
      const { id } = findTracker(desk, params['id'] ?? '').shown;
      if (to === undefined) stepTracker(desk, id);
      else moveTracker(desk, id, to);
      return json(200, desk.get('tracker', id).shown);
    },
  };
}

/** A label that was paid for. Minor units; simulated milliseconds. */
export type LabelReport = {
  shipment: string;
  reference: string | null;
  trackingCode: string | null;
  carrier: string;
  service: string;
  amount: number;
  currency: string;
  boughtAt: number;
  /** From here on it must not be used; the money comes at `voidedAt`. */
  voidAskedAt: number | null;
  voidedAt: number | null;
  status: string;
};

/** For an auditor: every label that was ever bought. */
export function reportLabels({ objects }: Pick<DeskDeps, 'objects'>): LabelReport[] {
  const labels: LabelReport[] = [];
  for (const { shown, hidden } of objects.each('shipment'))
    if (hidden !== null)
      labels.push({
        shipment: shown.id,
        reference: shown.reference,
        trackingCode: shown.tracking_code,
        carrier: shown.selected_rate?.carrier ?? '',
        service: shown.selected_rate?.service ?? '',
        currency: shown.selected_rate?.currency ?? '',
        status: shown.status,
        ...hidden,
      });
  return labels;
}
