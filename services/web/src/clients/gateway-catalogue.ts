import type { Client, ClientResponse } from '@storefront/kit/client';
import { invalid, tooMany, unavailable } from '@storefront/kit/errors';
import type { CategoryTree, Product, ProductList } from '@storefront/product/contract';
import type { z } from 'zod';
import type { Catalogue, Slugs, Visit } from '../domain/catalogue.ts';

const timeout = '2500ms';

/**
 * The catalogue as the gateway's public API has it. The gateway has parsed each answer by its schema; doing it again
 * here would refuse the fields that a newer gateway adds in the middle of a rollout.
 */
export function gatewayCatalogue(client: Client): Catalogue {
  async function get(path: string, query: Record<string, string | string[]>, visit: Visit): Promise<unknown> {
    const headers = visit.address ? { 'x-forwarded-for': visit.address } : {};
    return read(await client.request({ method: 'GET', path, query, headers, deadline: timeout }));
  }

  return {
    async categories(visit) {
      const { items } = (await get('/api/categories', {}, visit)) as z.infer<typeof CategoryTree>;
      return items;
    },
    async products(query, visit) {
      const list = (await get('/api/products', query, visit)) as ProductList | null;
      return list ?? { items: [], nextCursor: null };
    },
    async product(slug, visit) {
      return (await get(`/api/products/by-slug/${slug}`, {}, visit)) as Product | null;
    },
    async slugs(cursor, visit) {
      return (await get('/api/products/slugs', { limit: '5000', ...(cursor && { cursor }) }, visit)) as Slugs;
    },
  };
}

/** Null for what is not there. */
function read(response: ClientResponse): unknown {
  const { status, headers } = response;
  if (status === 200) return response.json();
  if (status === 404) return null;
  if (status === 429) throw tooMany('The API limits this client.', { retryAfter: Number(headers['retry-after']) || 1 });
  if (status === 400) throw invalid('bad-address', 'The API refused what the address asks for.');
  throw unavailable('unexpected-answer', `The gateway answered ${status}.`);
}
