import { requestInside } from '../network.ts';

/** How many products customers can see; many more than a count goes to are told as that many. */
export async function countProducts(base: string): Promise<string> {
  const { body } = await requestInside({ url: `${base}/api/products?limit=1&facets=true`, timeoutMs: 10_000 });
  const { matches } = JSON.parse(body) as { matches: { count: number; capped: boolean } };
  return `${matches.count.toLocaleString('en')}${matches.capped ? ' or more' : ''}`;
}
