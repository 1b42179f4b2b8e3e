/** IPv4 address ranges as numbers, so that overlaps are found before Google Cloud finds them half-way. */

export type Cidr = { first: number; last: number; prefix: number };

/** `undefined` unless it is a range in its canonical form: 10.0.0.0/20, and not 10.0.0.1/20. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  const first = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

export const overlap = (one: Cidr, other: Cidr): boolean => one.first <= other.last && other.first <= one.last;

export const contains = (outer: Cidr, inner: Cidr): boolean => outer.first <= inner.first && inner.last <= outer.last;

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** RFC 1918 and RFC 6598: what a VPC may use without hiding a part of the internet from itself. */
export const isPrivate = (range: Cidr): boolean =>
  privateRanges.some((outer) => contains(parseCidr(outer) as Cidr, range));

export const addresses = ({ prefix }: Cidr): number => 2 ** (32 - prefix);
