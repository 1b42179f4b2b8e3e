import { isFinal, type TrackerStatus } from './tracking.ts';

/** A label as far as voiding it goes. */
export type LabelState = { isBought: boolean; refundStatus: string | null; trackerStatus: TrackerStatus };

export type Refusal = 'not-bought' | 'already-asked' | 'shipped';

/** Why a label cannot be voided: only one that no scanner has seen can. */
export function whyNotVoid({ isBought, refundStatus, trackerStatus }: LabelState): Refusal | undefined {
  if (!isBought) return 'not-bought';
  if (refundStatus !== null) return 'already-asked';
  const isSeen = isFinal(trackerStatus) || !['unknown', 'pre_transit'].includes(trackerStatus);
  return isSeen ? 'shipped' : undefined;
}
