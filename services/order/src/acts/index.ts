import type { Clock } from '@storefront/kit/time';
import type { Participants } from '../domain/ports.ts';
import type { purchase, Acts } from '../domain/purchase.ts';
import type { refunding } from '../domain/refunding.ts';
import type { LinkOf } from '../domain/requests.ts';
import type { Act } from './act.ts';
import { parcelActs } from './parcel.ts';
import { paymentActs } from './payment.ts';
import { refundActs } from './refund.ts';
import { stockActs } from './stock.ts';

export type ActDeps = Participants & { linkOf: LinkOf; clock: Clock };

/** What is done at each step of the two sagas, and for each undoing: a name without its act does not compile. */
export function createActs(deps: ActDeps): Acts<typeof purchase, Act> & Acts<typeof refunding, Act> {
  const stock = stockActs(deps.stock);
  const payment = paymentActs(deps);
  const parcel = parcelActs(deps);
  const refund = refundActs(deps);
  const ofPurchase: Acts<typeof purchase, Act> = {
    'reserve-stock': stock.reserve,
    'release-stock': stock.release,
    authorize: payment.authorize,
    'cancel-payment': payment.cancel,
    'claim-stock': stock.claim,
    'buy-label': parcel.buy,
    'void-label': parcel.voidLabel,
    capture: payment.capture,
    'refund-payment': payment.refund,
    'hand-over': parcel.handOver,
    deliver: parcel.deliver,
  };
  const ofRefunding: Acts<typeof refunding, Act> = { 'pay-back': refund.payBack, restock: refund.restock };
  return { ...ofPurchase, ...ofRefunding };
}
