import type { Currency } from '@storefront/commerce/money';
import type { CartId } from '../contract.ts';
import type { KeptCart, KeptItem, Snapshot } from '../domain/cart.ts';

const itemPattern = /^(\d+) (\d+) \d+ (.*)$/s;
const itemField = 'item:';

type Known = { cartId: CartId; currency: Currency; lifetimeMs: { empty: number; used: number } };

/** The cart of a hash as `scripts.ts` describes it, its fields and values in turn; undefined for an empty one. */
export function keptCartOf(hash: readonly string[], { cartId, currency, lifetimeMs }: Known): KeptCart | undefined {
  const fields = new Map<string, string>();
  const items: (KeptItem & { place: number })[] = [];
  for (let index = 0; index + 1 < hash.length; index += 2) {
    const [field = '', value = ''] = [hash[index], hash[index + 1]];
    if (field.startsWith(itemField)) items.push(keptItemOf(field.slice(itemField.length), value));
    else fields.set(field, value);
  }
  const [buyerId, country] = [fields.get('buyer'), fields.get('country')];
  if (buyerId === undefined || country === undefined) return undefined;
  const updatedAt = Number(fields.get('updatedAt'));
  return {
    cartId,
    buyerId,
    currency,
    country,
    version: Number(fields.get('version')),
    items: items.toSorted((a, b) => a.place - b.place),
    updatedAt: new Date(updatedAt),
    expiresAt: new Date(updatedAt + (fields.get('places') === '0' ? lifetimeMs.empty : lifetimeMs.used)),
  };
}

function keptItemOf(sku: string, value: string): KeptItem & { place: number } {
  const [, place, units, snapshot = ''] = itemPattern.exec(value) ?? [];
  return { sku, place: Number(place), units: Number(units), snapshot: JSON.parse(snapshot) as Snapshot };
}
