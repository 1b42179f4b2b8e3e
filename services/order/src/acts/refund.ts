import type { Amendment } from '../domain/amendment.ts';
import { learnPayment, learnRefund } from '../domain/learning.ts';
import { hasShipped, refundSaga, type Order, type Refund } from '../domain/order.ts';
import type { Payments, Stock } from '../domain/ports.ts';
import { goodsOfRefund } from '../domain/refunds.ts';
import { moneyOf } from '../domain/requests.ts';
import type { Run } from '../domain/saga.ts';
import { done, isLookedAtAgain, type Act } from './act.ts';
import { learnt, refundOutcome } from './payment.ts';

type Deps = { payments: Payments; stock: Stock };

/** Money back for some lines, and what was sent back onto the shelf. */
export function refundActs({ payments, stock }: Deps) {
  const payBack: Act = async (order, run) => {
    const refund = refundOfRun(order, run);
    const { refundId, reason } = refund;
    const known = isLookedAtAgain(run) ? await payments.find(order.orderId, { fresh: true }) : undefined;
    const isAsked = known?.refunds.some((one) => one.refundId === refundId) ?? false;
    const amount = moneyOf(order, refund.amountMinor);
    const payment = isAsked && known ? known : await payments.refund(order.orderId, refundId, { amount, reason });
    const outcome = refundOutcome(payment, refundId);
    if (outcome.kind !== 'refused') return learnt(payment, outcome);
    const learn = (amendment: Amendment) => {
      learnPayment(amendment, payment);
      learnRefund(amendment, refundId, 'failed');
    };
    return { outcome, learn };
  };

  /** Only what has left comes back: goods in the house are in stock as it is, those of a cancelled order were released. */
  const restock: Act = async (order, run) => {
    const refund = refundOfRun(order, run);
    const goods = goodsOfRefund(order, refund);
    if (!refund.restock || goods.length === 0 || !hasShipped(order)) return done;
    if (await stock.restock(order.orderId, refund.refundId, goods)) return done;
    return { ...done, learn: (amendment) => void amendment.report('not-restocked', { refundId: refund.refundId }) };
  };

  return { payBack, restock };
}

function refundOfRun(order: Order, { saga }: Run): Refund {
  const refund = order.refunds.find(({ refundId }) => refundSaga(refundId) === saga);
  if (!refund) throw new Error(`order ${order.orderId} has no ${saga}`);
  return refund;
}
