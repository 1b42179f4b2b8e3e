import type { SalePage } from '../../pages/sale/views.ts';
import type { Shopper } from '../../domain/sale/sale.ts';
import type { Purse } from '../purse.ts';

/** What a page or form of a sale works with. */
export type SaleRequest = {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** What was sent; empty for a GET. */
  form: URLSearchParams;
  purse: Purse;
  /** The customer with the token given, none unless it is. */
  shopper: (token?: string | null) => Shopper;
};

/** What it comes to: a page, or another address to go to (303, so that a reload sends nothing again). */
export type Outcome =
  | { page: SalePage; status?: number; retryAfter?: number | null }
  | { goTo: string; headers?: Record<string, string> };

export type SaleRoute = {
  method: 'GET' | 'POST';
  /** `/orders/:orderId`; a parameter is a part of lower-case letters, digits and hyphens. */
  path: string;
  handle: (request: SaleRequest) => Promise<Outcome>;
};

export type Found = { route: SaleRoute; params: Record<string, string> };

/** The route for a path; `methods` of those that have it when the method is another one. */
export function createMatcher(routes: readonly SaleRoute[]) {
  const compiled = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[a-z0-9-]{1,64})')}$`),
  }));
  return (method: string, path: string): Found | { methods: string[] } | undefined => {
    const here = compiled.filter(({ pattern }) => pattern.test(path));
    const found = here.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
    if (found) return { route: found.route, params: { ...found.pattern.exec(path)?.groups } };
    return here.length > 0 ? { methods: here.map(({ route }) => route.method) } : undefined;
  };
}
