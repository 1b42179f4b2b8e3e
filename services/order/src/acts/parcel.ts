import type { Shipment } from '@storefront/shipping/contract';
import type { Amendment } from '../domain/amendment.ts';
import { parcelLookAfter } from '../domain/fulfilment.ts';
import { isDelivered, learnParcel } from '../domain/learning.ts';
import { goodsOf, type Order } from '../domain/order.ts';
import type { Parcels, Stock } from '../domain/ports.ts';
import { onlyParcel, parcelRequestOf } from '../domain/requests.ts';
import { hasArrived, hasLeft } from '../domain/status.ts';
import type { Outcome } from '../domain/saga.ts';
import { done, isLookedAtAgain, type Act, type Result } from './act.ts';

type Deps = { parcels: Parcels; stock: Stock };

/** The parcel: its label, its leaving the house, its arrival. */
export function parcelActs({ parcels, stock }: Deps) {
  const buy: Act = async (order) => {
    const shipment = await parcels.buy(order.orderId, onlyParcel, parcelRequestOf(order));
    return learntOf([shipment], bought(shipment));
  };

  const voidLabel: Act = async (order) => {
    const shipment = await parcels.voidLabel(order.orderId, onlyParcel);
    if (!shipment) return done;
    if (hasLeft(shipment)) return learntOf([shipment], { kind: 'refused', reason: 'handed-over' });
    // While the carrier is away it is not void yet, but will be: shipping sees to that.
    return learntOf([shipment], { kind: 'done' });
  };

  /** Once it has left, the goods are no longer in the house. */
  const handOver: Act = async (order, run) => {
    const shipments = await parcels.find(order.orderId, { fresh: isLookedAtAgain(run) });
    if (!shipments.some((one) => hasLeft(one)))
      return learntOf(shipments, { kind: 'waiting', lookAfter: parcelLookAfter });
    const hold = await stock.ship(order.orderId, goodsOf(order));
    const { outcome, learn } = learntOf(shipments, { kind: 'done' });
    if (hold?.state === 'shipped') return { outcome, learn };
    return { outcome, learn: (amendment) => learn(amendment.report('shipped-unclaimed', { state: hold?.state })) };
  };

  const deliver: Act = async (order, run) => {
    const shipments = await parcels.find(order.orderId, { fresh: isLookedAtAgain(run) });
    return learntOf(shipments, delivered);
  };

  return { buy, voidLabel, handOver, deliver };
}

function bought(shipment: Shipment): Outcome {
  if (shipment.status === 'refused') return { kind: 'refused', reason: shipment.refusal ?? 'refused' };
  if (shipment.status === 'voided') return { kind: 'refused', reason: 'voided' };
  return shipment.status === 'wanted' ? { kind: 'waiting', lookAfter: '5s' } : { kind: 'done' };
}

/** `returned` and `failed` are ends as `delivered` is: what follows from them a person decides. */
function delivered(order: Order): Outcome {
  const isOver = isDelivered(order) || (order.parcels.length > 0 && order.parcels.every((one) => hasArrived(one)));
  return isOver ? { kind: 'done' } : { kind: 'waiting', lookAfter: parcelLookAfter };
}

function learntOf(shipments: readonly Shipment[], outcome: Result['outcome']): Required<Result> {
  const learn = (amendment: Amendment) => {
    for (const shipment of shipments) learnParcel(amendment, shipment);
  };
  return { outcome, learn };
}
