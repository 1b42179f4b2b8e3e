import { createHash } from 'node:crypto';
import type { Pattern } from '../drawing/look.ts';
import type { Kind } from '../kinds/kind.ts';
import { brands, series } from '../words/brands.ts';
import { styles } from '../words/styles.ts';

export type Naming = {
  series: string;
  word: string;
  pattern: Pattern;
  edition: number;
  brand: (typeof brands)[number];
};

/**
 * The name of the nth product of a kind. Every series meets every style once before an edition begins, so no two names of a kind
 * are equal, however many there are, and nothing must be remembered.
 */
export function nameOf(kind: Kind, nth: number): Naming {
  const words = styles[kind.style];
  const own = number(kind.code);
  const name = series[(nth * 47 + own) % series.length]!;
  const round = Math.floor(nth / series.length);
  const [word, pattern] = words[(round + number(kind.code + name)) % words.length]!;
  const makers = brands.filter(({ departments }) => (departments as readonly string[]).includes(kind.department));
  const brand = makers[number(kind.department + name) % makers.length]!;
  return { series: name, word, pattern, edition: Math.floor(round / words.length) + 1, brand };
}

/** A UUID (version 8) that is the same for the same text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function number(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
