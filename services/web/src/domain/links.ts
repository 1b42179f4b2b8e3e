/** Links to our own pages. They keep the customer's currency: it lives in addresses, not in a cookie, so that pages stay the same for all. */
export type Link = { name: string; href: string };

/** The first one is the shop's default and left out of addresses. */
export type Currencies = readonly [string, ...string[]];

export type Links = ReturnType<typeof linksIn>;

export function linksIn(currency: string, currencies: Currencies) {
  const keep = (path: string, more: Record<string, string> = {}) =>
    withQuery(path, new URLSearchParams({ ...more, ...(currency === currencies[0] ? {} : { currency }) }));
  return {
    home: () => keep('/'),
    products: () => keep('/products'),
    newest: () => keep('/products', { sort: 'newest' }),
    brand: (name: string) => keep('/products', { 'attribute.brand': name }),
    category: (slug: string) => keep(`/categories/${slug}`),
    search: (q: string) => keep('/search', q ? { q } : {}),
    suggestions: (q: string) => keep('/suggestions', { q }),
    product: (slug: string, variant?: string | null) => keep(`/products/${slug}`, variant ? { variant } : {}),
  };
}

export function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

const slugShape = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const isSlug = (text: string): boolean => text.length <= 120 && slugShape.test(text);

export function currencyOf(query: URLSearchParams, currencies: Currencies): string {
  const wanted = query.get('currency');
  return wanted !== null && currencies.includes(wanted) ? wanted : currencies[0];
}
