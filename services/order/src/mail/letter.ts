import { formatMoney } from '@storefront/commerce/money';
import type { MailKind } from '../domain/amendment.ts';
import type { Order } from '../domain/order.ts';
import { moneyOf } from '../domain/requests.ts';
import { labels, textOf } from './texts.ts';

export type Letter = { to: string; subject: string; text: string; html: string };
export type Stationery = { shop: string; locale: string; link: string };
type Row = readonly [label: string, value?: string];

/** A mail about an order, as text and as simple HTML that says the same. All that comes from people is escaped. */
export function letterOf(kind: MailKind, order: Order, stationery: Stationery): Letter {
  const { link, shop } = stationery;
  const { subject, lead, action } = textOf(kind, { number: order.number, shop });
  const rows = rowsOf(kind, order, stationery.locale);
  return {
    to: order.email,
    subject,
    text: [
      lead,
      '',
      ...rows.map(([label, value]) => (value === undefined ? label : `${label}: ${value}`)),
      '',
      `${action}: ${link}`,
      '',
      shop,
      '',
    ].join('\n'),
    html: htmlOf({ lead, rows, action, link, shop }),
  };
}

function rowsOf(kind: MailKind, order: Order, locale: string): Row[] {
  const price = (amountMinor: number) => formatMoney(moneyOf(order, amountMinor), locale);
  if (kind === 'confirmation') return confirmationRows(order, price);
  if (kind === 'shipped') return shippedRows(order);
  if (!kind.startsWith('refunded ')) return [[labels.total, price(order.totals.total.amountMinor)]];
  const refund = order.refunds.find(({ refundId }) => kind === `refunded ${refundId}`);
  return [[labels.refunded, price(refund?.amountMinor ?? 0)]];
}

function confirmationRows({ lines, shipping, totals, address }: Order, price: (amountMinor: number) => string): Row[] {
  return [
    ...lines.map((line): Row => [nameOf(line), price(line.totals.gross.amountMinor)]),
    [`${labels.shipping}, ${shipping.name}`, price(shipping.totals.gross.amountMinor)],
    [labels.total, price(totals.total.amountMinor)],
    [labels.tax, price(totals.tax.amountMinor)],
    [labels.sentTo, `${address.name}, ${address.line1}, ${address.postcode} ${address.city}, ${address.country}`],
  ];
}

function nameOf({ units, name, options }: Order['lines'][number]): string {
  const chosen = Object.values(options);
  return `${units} × ${name}${chosen.length > 0 ? ` (${chosen.join(', ')})` : ''}`;
}

function shippedRows({ lines, parcels, shipping }: Order): Row[] {
  const tracked = parcels.filter(({ trackingCode }) => trackingCode !== null);
  return [
    ...lines.map((line): Row => [nameOf(line)]),
    ...tracked.map(({ trackingCode }): Row => [labels.tracking, `${trackingCode ?? ''} (${shipping.name})`]),
  ];
}

type Parts = { lead: string; rows: readonly Row[]; action: string; link: string; shop: string };

function htmlOf({ lead, rows, action, link, shop }: Parts): string {
  const table = rows.map(
    ([label, value = '']) => `<tr><td>${escaped(label)}</td><td style="padding-left:2em">${escaped(value)}</td></tr>`,
  );
  return [
    '<!doctype html><meta charset="utf-8">',
    '<div style="font-family:sans-serif;max-width:36em;margin:auto;line-height:1.5">',
    `<p>${escaped(lead)}</p>`,
    `<table>${table.join('')}</table>`,
    `<p><a href="${escaped(link)}">${escaped(action)}</a></p>`,
    `<p>${escaped(shop)}</p></div>`,
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A Storefront has no display name of its own: `acme-tools-3f9c2e` is the shop "Acme Tools". */
export function shopName(scope: string): string {
  const words = scope.replace(/-[0-9a-f]{6}$/, '').split('-');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
