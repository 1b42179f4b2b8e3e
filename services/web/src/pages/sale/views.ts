/** What the pages of a sale show, ready to be written: texts formatted, addresses made. */
import type { Link } from '../../domain/links.ts';
import type { Picture } from '../../domain/picture.ts';
import type { Head } from '../page.ts';

/** `bad` something is in the way · `plain` something to know · `good` it is done. */
export type Notice = { tone: 'bad' | 'plain' | 'good'; title: string; text: string };

export type SumRow = { name: string; label: string; amount: string };
export type Sums = { rows: SumRow[]; total: string; taxes: string[] };

export type LineView = {
  id: string;
  sku: string;
  name: string;
  href: string;
  options: string;
  picture: Picture | null;
  unitPrice: string;
  total: string;
  units: number;
  /** Sold out, or dearer than before. */
  warning: string | null;
};

export type CartLine = LineView & { action: string; mostUnits: number; newPrice: string | null };

export type CartPage = {
  kind: 'cart';
  head: Head;
  currency: string;
  notice: Notice | null;
  lines: CartLine[];
  sums: Sums | null;
  /** Null while something must be changed first. */
  checkout: string | null;
  products: string;
};

export type FieldView = {
  name: string;
  label: string;
  value: string;
  problem: string | null;
  isRequired: boolean;
  autocomplete: string;
  type: 'text' | 'email' | 'tel';
};

export type RateView = {
  id: string;
  value: string;
  name: string;
  days: string | null;
  price: string;
  total: string;
  tax: string;
  totalMinor: number;
  isChosen: boolean;
};

/** What the form for a card needs; the script's address decides the page's policy. */
export type CardView = { script: string; key: string; amountMinor: number; currency: string; language: string };

export type CheckoutPage = {
  kind: 'checkout';
  head: Head;
  currency: string;
  /** Above all, with the focus: what is wrong, field by field. */
  problems: { field: string; text: string }[];
  notice: Notice | null;
  hidden: { name: string; value: string }[];
  contact: FieldView[];
  address: FieldView[];
  countries: { code: string; name: string; isChosen: boolean }[];
  countryProblem: string | null;
  shipping: { rates: RateView[]; text: string | null; problem: string | null };
  card: CardView | null;
  lines: (LineView & { isGone: boolean })[];
  sums: Sums;
  submit: string;
  back: string;
};

export type ParcelView = {
  id: string;
  title: string;
  status: string;
  tracking: { code: string; href: string | null } | null;
  events: { text: string; at: string }[];
};

export type OrderPage = {
  kind: 'order';
  head: Head;
  currency: string;
  orderId: string;
  number: string;
  placed: string;
  notice: Notice | null;
  headline: { tone: Notice['tone']; title: string; text: string };
  statuses: { label: string; value: string }[];
  /** To the bank, when it asks. */
  bank: string | null;
  pay: { action: string; key: string; title: string; text: string; problem: string | null; submit: string } | null;
  card: CardView | null;
  cancel: { action: string; text: string } | null;
  parcels: ParcelView[];
  parcelsText: string | null;
  lines: LineView[];
  sums: Sums;
  refunds: { text: string; at: string }[];
  address: string[];
  email: string;
  /** Null when nothing more will happen by itself. `seen`: the last entry of its history. */
  events: string | null;
  seen: number;
  self: string;
};

/** A form that could not be answered, kept as it was sent: its button sends it again. */
export type AgainPage = {
  kind: 'again';
  head: Head;
  title: string;
  text: string;
  action: string;
  fields: { name: string; value: string }[];
};

export type AdvicePage = { kind: 'advice'; head: Head; title: string; text: string; links: Link[] };

export type SalePage = CartPage | CheckoutPage | OrderPage | AgainPage | AdvicePage;
