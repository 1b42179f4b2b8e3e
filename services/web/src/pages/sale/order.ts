import { formatMoney } from '@storefront/commerce/money';
import type { Order } from '@storefront/order/contract';
import type { PaymentSettings } from '@storefront/payment/contract';
import type { Shipment } from '@storefront/shipping/contract';
import { linksIn } from '../../domain/links.ts';
import { headlineOf, isFinal, mayCancel, mayPay } from '../../domain/sale/order-status.ts';
import { places } from '../../domain/sale/places.ts';
import type { Site } from '../../domain/site.ts';
import { orderTexts } from '../../order-texts.ts';
import { lineOf, sumsOf } from './amounts.ts';
import { cardOf } from './card.ts';
import { headOf } from './head.ts';
import { parcelsOf } from './parcel.ts';
import type { Notice, OrderPage } from './views.ts';

/** What has just happened, besides what the order says. */
export type OrderNews = 'from-bank' | 'card-missing' | keyof typeof orderTexts.orderProblems;

export type OrderPageState = {
  order: Order;
  /** Null when they cannot be read now. */
  parcels: Shipment[] | null;
  card: PaymentSettings | null;
  news: OrderNews | null;
  key: string;
  now: Date;
};

export function orderPage(state: OrderPageState, site: Site): OrderPage {
  const { order, parcels, card } = state;
  const { locale } = site;
  const time = timeIn(site);
  const links = linksIn(order.currency, site.currencies);
  const pay = payOf(state, site);
  return {
    kind: 'order',
    head: headOf(orderTexts.orderTitle(order.number), site),
    currency: order.currency,
    orderId: order.orderId,
    number: order.number,
    placed: orderTexts.placedAt(time(order.placedAt)),
    notice: noticeOf(state),
    headline: headlineTexts(order, state.news),
    statuses: [
      { label: orderTexts.statusOrder, value: orderTexts.orderStatus[order.status] },
      { label: orderTexts.statusPayment, value: orderTexts.paymentStatus[order.paymentStatus] },
      { label: orderTexts.statusDelivery, value: orderTexts.fulfilmentStatus[order.fulfilmentStatus] },
    ],
    bank: bankOf(order),
    pay,
    card: pay && card && cardOf(card, order.totals.total, locale),
    cancel: mayCancel(order) ? { action: places.cancel(order.orderId), text: orderTexts.cancelText } : null,
    ...parcelsOf(order, parcels, time),
    lines: order.lines.map((line) => lineOf(line, links, locale)),
    sums: sumsOf(order.totals, locale, null),
    refunds: order.refunds.map(({ amount, status, at }) => ({
      text: orderTexts.refund[status](formatMoney(amount, locale)),
      at: time(at),
    })),
    address: addressLines(order, locale),
    email: order.email,
    events: isFinal(order) ? null : places.events(order.orderId),
    seen: order.history.at(-1)?.sequence ?? 0,
    self: places.order(order.orderId),
  };
}

/** Moments as people of the shop's place and language write them. */
export function timeIn({ locale, timeZone }: Pick<Site, 'locale' | 'timeZone'>): (at: string) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  return (at) => format.format(new Date(at));
}

const bankOf = ({ status, cancellation, payment }: Order): string | null =>
  status === 'open' && !cancellation ? (payment.nextAction?.url ?? null) : null;

function headlineTexts(order: Order, news: OrderNews | null): OrderPage['headline'] {
  const kind = headlineOf(order);
  if (kind === 'bank' && news === 'from-bank')
    return { tone: 'plain', title: orderTexts.fromBankTitle, text: orderTexts.fromBankText };
  const said = orderTexts.headlines[kind];
  if (kind === 'cancelled' && order.refunds.length > 0) return { ...said, text: orderTexts.cancelledRefunded };
  const { decline } = order.payment;
  if (kind !== 'declined' || !decline) return said;
  return { ...said, text: `${orderTexts.declines[decline.code] ?? decline.message} ${said.text}` };
}

function noticeOf({ news, order }: OrderPageState): Notice | null {
  if (news !== 'payment-refused' && news !== 'cancel-refused') return null;
  // A payment that is refused because the order is paid is no trouble.
  const isSettled = news === 'payment-refused' && !['pending', 'failed'].includes(order.paymentStatus);
  return isSettled ? null : { tone: 'bad', ...orderTexts.orderProblems[news] };
}

function payOf({ order, news, key, now }: OrderPageState, site: Site): OrderPage['pay'] {
  if (!mayPay(order, now)) return null;
  const { attempts, payBefore, nextAction } = order.payment;
  const until = payBefore === null ? '' : orderTexts.payBefore(timeIn(site)(payBefore));
  const waits = nextAction ? orderTexts.bankWaits : orderTexts.payText;
  return {
    action: places.pay(order.orderId),
    key,
    title: attempts === 0 ? orderTexts.payHeading : orderTexts.payOtherHeading,
    text: [waits, until].filter(Boolean).join(' '),
    problem: news === 'card-missing' ? orderTexts.cardMissing : null,
    submit: orderTexts.pay(formatMoney(order.totals.total, site.locale)),
  };
}

function addressLines({ address }: Order, locale: string): string[] {
  const { name, company, line1, line2, postcode, city, region, country } = address;
  const place = [`${postcode} ${city}`, region].filter(Boolean).join(', ');
  const land = new Intl.DisplayNames(locale, { type: 'region' }).of(country) ?? country;
  return [name, company, line1, line2, place, land].filter((line): line is string => Boolean(line));
}
