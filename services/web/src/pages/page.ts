/** What a page shows, ready to be written: texts formatted, addresses made. Components add the markup, nothing else. */
import type { Link } from '../domain/links.ts';
import type { Picture, Preview } from '../domain/picture.ts';
import type { SalePage } from './sale/views.ts';

export type Card = {
  href: string;
  name: string;
  brand: string | null;
  price: string;
  priceVaries: boolean;
  inStock: boolean;
  picture: Picture | null;
};

export type Head = {
  title: string;
  description: string;
  /** Path of the one address under which search engines should know the page; null on pages they should not keep. */
  canonical: string | null;
  kind: 'website' | 'product';
  image: Preview | null;
  structured: object[];
};

export type Home = {
  kind: 'home';
  head: Head;
  hero: { newest: string; all: string; pictures: Card[] };
  categories: (Link & { picture: Picture | null })[];
  arrivals: Card[];
};

export type FacetChoice = { value: string; label: string; count: string; isChosen: boolean };
export type FacetView = { name: string; label: string; parameter: string; isSingle: boolean; choices: FacetChoice[] };

export type ListingPage = {
  kind: 'listing';
  head: Head;
  heading: string;
  breadcrumbs: Link[];
  subcategories: Link[];
  matches: string | null;
  cards: Card[];
  filters: {
    action: string;
    /** What the form must carry along: words searched for, sorting, currency. */
    carried: { name: string; value: string }[];
    facets: FacetView[];
    price: { min: string; max: string; lowest: string; highest: string; symbol: string } | null;
    inStock: boolean;
    chosen: { label: string; without: string }[];
    cleared: string;
  };
  sorts: (Link & { isChosen: boolean })[];
  next: string | null;
  first: string | null;
  /** Only when nothing was found. */
  empty: { title: string; hint: string; categories: Link[]; arrivals: Card[] } | null;
};

export type VariantView = {
  sku: string;
  href: string;
  options: Record<string, string>;
  price: string;
  inStock: boolean;
  /** Which of the gallery's pictures shows it. */
  picture: number;
};

export type PickerView = {
  /** `isSeen`: its values look different, so each is shown with a picture. */
  options: { name: string; label: string; values: string[]; isSeen: boolean }[];
  variants: VariantView[];
  chosen: string;
  /** Of a cart that is begun here. */
  currency: string;
  pictures: Picture[];
};

export type ProductPage = {
  kind: 'product';
  head: Head;
  name: string;
  brand: Link | null;
  breadcrumbs: Link[];
  picker: PickerView;
  paragraphs: string[];
  details: { label: string; values: string[] }[];
  more: { heading: string; href: string; cards: Card[] } | null;
};

export type ProblemPage = {
  kind: 'problem';
  head: Head;
  status: 400 | 404 | 429 | 500 | 503;
  title: string;
  text: string;
  /** Address to try again, where that may help. */
  again: string | null;
  requestId: string | null;
};

export type Page = Home | ListingPage | ProductPage | ProblemPage | SalePage;

/** What surrounds every page. */
export type Frame = {
  language: string;
  shop: string;
  publicUrl: string;
  assets: { script: string; style: string };
  links: { home: string; products: string; search: string; cart: string };
  categories: Link[];
  /** Address of the entry in the navigation that leads here, if any. */
  here: string;
  searchedFor: string;
  currencies: (Link & { isChosen: boolean })[];
  currency: string;
  /** Sent along by the search form when it is not the default. */
  carriedCurrency: string | null;
};
