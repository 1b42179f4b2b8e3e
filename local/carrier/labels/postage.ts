import { randomId } from '../../simulator/objects.ts';
import type { Desk } from '../desk.ts';
import { asDecimal, carrierName, currencyFor, quotesFor } from '../domain/prices.ts';
import { whyNotVoid } from '../domain/void.ts';
import { refuse } from '../errors.ts';
import { readKnobs } from '../knobs.ts';
import type { CarrierKinds, Fee, PostageLabel, Rate, Shipment } from '../shapes.ts';
import { startTracker } from './tracker.ts';

type StoredShipment = CarrierKinds['shipment'];

/** Alarms: a label that was bought is ready, a refund that was asked for is paid. */
export const labelAlarm = 'label-ready';
export const refundAlarm = 'refund-settles';

/** EasyPost does not say how long a rate may be bought; here it is a week. */
const rateLivesMs = 7 * 24 * 3600 * 1000;

export function buildRates(
  desk: Desk,
  shipment: Pick<Shipment, 'id' | 'parcel' | 'to_address' | 'from_address' | 'options'>,
): Rate[] {
  const isAbroad = shipment.to_address.country !== shipment.from_address.country;
  const currency = currencyFor(shipment.options['currency']);
  const terms = { isAbroad, currency, percent: readKnobs(desk).pricePercent };
  return quotesFor(shipment.parcel.weight, terms).map(({ service, amount, days }) => ({
    ...desk.base('Rate', 'rate'),
    service,
    carrier: carrierName,
    carrier_account_id: 'ca_simulator',
    shipment_id: shipment.id,
    rate: asDecimal(amount),
    currency,
    retail_rate: asDecimal(amount),
    retail_currency: currency,
    list_rate: asDecimal(amount),
    list_currency: currency,
    delivery_days: days,
    delivery_date: null,
    delivery_date_guaranteed: false,
    est_delivery_days: days,
    billing_type: 'easypost',
  }));
}

/** One label for a shipment, ever: the second purchase is refused, also after the first was voided. */
export function buyLabel(desk: Desk, stored: StoredShipment, rateId: string): Shipment {
  const { shown: shipment, hidden: purchase } = stored;
  if (purchase) throw refuse.postageExists();
  const rate = shipment.rates.find(({ id }) => id === rateId);
  if (!rate) throw refuse.unknownRate();
  if (Date.parse(rate.created_at) + rateLivesMs <= desk.now) throw refuse.expiredRate();
  if (isUndeliverable(shipment.to_address)) throw refuse.postageFailed('The carrier does not deliver to this address.');

  const amount = Math.round(Number(rate.rate) * 100);
  move(desk, { kind: 'label', shipment: shipment.id, amount, currency: rate.currency });
  const bought: StoredShipment = {
    shown: { ...shipment, selected_rate: rate, fees: feesOf(rate) },
    hidden: { amount, boughtAt: desk.now, voidAskedAt: null, voidedAt: null },
  };
  desk.save('shipment', bought);
  const { labelAfterMs } = readKnobs(desk);
  if (labelAfterMs === 0) return makeReady(desk, bought);
  if (labelAfterMs !== null)
    desk.parts.alarms.set({ kind: labelAlarm, subject: shipment.id, dueAt: desk.now + labelAfterMs });
  return bought.shown;
}

/** Bought is not yet printed: the code, the label and the tracker come with it. */
export function makeReady(desk: Desk, { shown, hidden }: StoredShipment): Shipment {
  const code = randomId('94', 20, '0123456789');
  const tracker = startTracker(desk, { code, shipment: shown, days: shown.selected_rate?.delivery_days ?? 0 });
  const ready: Shipment = {
    ...shown,
    tracking_code: code,
    tracker,
    status: tracker.status,
    postage_label: buildLabel(desk, code, shown.options),
  };
  desk.save('shipment', { shown: ready, hidden });
  return ready;
}

export const isUndeliverable = ({ street1 }: { street1: string | null }): boolean =>
  /undeliverable/i.test(street1 ?? '');

function feesOf(rate: Rate): Fee[] {
  const fee = (type: Fee['type'], amount: string): Fee => ({
    object: 'Fee',
    type,
    amount,
    charged: true,
    refunded: false,
  });
  return [fee('LabelFee', '0.00000'), fee('PostageFee', `${rate.rate}000`)];
}

function buildLabel(desk: Desk, code: string, options: Record<string, unknown>): PostageLabel {
  const isPdf = options['label_format'] === 'PDF';
  const url = (extension: string) => `${desk.url()}/labels/${code}.${extension}`;
  return {
    ...desk.base('PostageLabel', 'pl'),
    date_advance: 0,
    integrated_form: 'none',
    label_date: desk.stamp,
    label_resolution: 300,
    label_size: '4x6',
    label_type: 'default',
    label_url: url(isPdf ? 'pdf' : 'png'),
    label_file_type: isPdf ? 'application/pdf' : 'image/png',
    label_pdf_url: isPdf ? url('pdf') : null,
    label_zpl_url: null,
    label_epl2_url: null,
  };
}

/** Asks for the money back; the label is void from then on, the money comes later. */
export function voidLabel(desk: Desk, stored: StoredShipment): Shipment {
  const { shown: shipment, hidden: purchase } = stored;
  const trackerStatus = desk.objects.find('tracker', shipment.tracker?.id ?? '')?.shown.status ?? 'unknown';
  const refusal = whyNotVoid({ isBought: purchase !== null, refundStatus: shipment.refund_status, trackerStatus });
  if (refusal === 'not-bought' || !purchase) throw refuse.noPostage();
  if (refusal === 'already-asked') throw refuse.refundAsked();
  if (refusal === 'shipped') throw refuse.refundTooLate();
  const asked: StoredShipment = {
    shown: { ...shipment, refund_status: 'submitted' },
    hidden: { ...purchase, voidAskedAt: desk.now },
  };
  desk.save('shipment', asked);
  const { refundAfterMs } = readKnobs(desk);
  desk.parts.alarms.clear(labelAlarm, shipment.id);
  desk.parts.alarms.set({ kind: refundAlarm, subject: shipment.id, dueAt: desk.now + refundAfterMs });
  return asked.shown;
}

export function settleRefund(desk: Desk, shipmentId: string): void {
  const { shown, hidden } = desk.get('shipment', shipmentId);
  if (!hidden || shown.refund_status !== 'submitted') return;
  const currency = currencyFor(shown.selected_rate?.currency);
  move(desk, { kind: 'void', shipment: shipmentId, amount: -hidden.amount, currency });
  const fees = shown.fees.map((fee) => ({ ...fee, refunded: true }));
  const refunded: Shipment = { ...shown, refund_status: 'refunded', fees };
  desk.save('shipment', { shown: refunded, hidden: { ...hidden, voidedAt: desk.now } });
  desk.emit('refund.successful', {
    ...desk.base('Refund', 'rfnd'),
    tracking_code: shown.tracking_code,
    confirmation_number: null,
    status: 'refunded',
    carrier: shown.selected_rate?.carrier ?? carrierName,
    shipment_id: shipmentId,
  });
}

type Movement = { kind: string; shipment: string; amount: number; currency: string };

function move(desk: Desk, { kind, shipment, amount, currency }: Movement): void {
  const lines = [
    { account: 'shop', amount: -amount },
    { account: 'carrier', amount },
  ];
  desk.parts.ledger.post({ kind, currency, subject: shipment, reference: shipment, lines });
}
