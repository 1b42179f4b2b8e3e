import type { Currencies } from './links.ts';

/** Hashed files of the client build, as pages name them. */
export type Assets = { script: string; style: string; fonts: readonly string[] };

/** What is the same on every page of one shop. */
export type Site = {
  name: string;
  locale: string;
  publicUrl: string;
  currencies: Currencies;
  /** Where the shop delivers to, as ISO 3166 codes. */
  countries: readonly string[];
  timeZone: string;
  assets: Assets;
};

/** A Storefront has no display name of its own: `acme-tools-3f9c2e` is the shop "Acme Tools". */
export function siteName(scope: string): string {
  const words = scope.replace(/-[0-9a-f]{6}$/, '').split('-');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
