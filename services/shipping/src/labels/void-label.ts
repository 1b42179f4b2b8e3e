import { inFlightMs } from '../domain/schedule.ts';
import { voided } from '../domain/shipment.ts';
import { takenIn, type Held, type Left } from './held.ts';

/** Voids what was bought, and sees to it that nothing will be. Also for a label that turned up after its shipment was given up. */
export async function voidLabel(held: Held): Promise<Left> {
  const { shipment, carrier } = held;
  const seen = shipment.carrierId === null ? undefined : await carrier.find(shipment.carrierId);
  if (seen?.isBought) {
    const after = seen.isVoided ? seen : await carrier.void(seen.carrierId);
    return held.end((current) => takenIn(current, after));
  }
  return held.end((current, attempts) => {
    const open = attempts.find(({ state }) => state === 'open');
    const isInFlight = open && held.now().getTime() - open.askedAt.getTime() < inFlightMs;
    // Somebody was quicker, or a purchase may still arrive at the carrier: look again.
    if (isInFlight || current.carrierId !== shipment.carrierId) return { shipment: current };
    return { shipment: voided(current), ...(open ? { closes: 'refused' as const } : {}) };
  });
}
