/** Choosing a variant by its options. Runs on the server for links and in the browser for clicks: no imports. */

type Choosable = { sku: string; options: Record<string, string>; inStock: boolean };

/**
 * The variant to show when the customer picks `value` for one option: the one that keeps most of the other options as
 * they were, a buyable one first among equals. Undefined when no variant has the value.
 */
export function chooseVariant<V extends Choosable>(
  variants: readonly V[],
  current: V,
  option: string,
  value: string,
): V | undefined {
  const kept = (variant: V) =>
    Object.entries(variant.options).filter(([name, of]) => name !== option && current.options[name] === of).length;
  const score = (variant: V) => kept(variant) * 2 + (variant.inStock ? 1 : 0);
  return variants
    .filter((variant) => variant.options[option] === value)
    .reduce<V | undefined>((best, one) => (best && score(best) >= score(one) ? best : one), undefined);
}

/** Whether a variant differs from the current one in nothing but that option. */
export const isNeighbour = (variant: Choosable, current: Choosable, option: string): boolean =>
  Object.entries(variant.options).every(([name, value]) => name === option || current.options[name] === value);
