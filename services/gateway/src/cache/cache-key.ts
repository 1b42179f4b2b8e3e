import { createHash } from 'node:crypto';

/** The same resource asked for in another order of parameters has the same key. Values of one name keep their order. */
export function cacheKey(path: string, query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return createHash('sha256').update(`${path}?${parameters.toString()}`).digest('base64url');
}
