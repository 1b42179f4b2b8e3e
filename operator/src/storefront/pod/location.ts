/**
 * How Nginx finds a path: one that ends with a slash and all below it, one with a parameter (`/orders/:orderId/events`) whatever stands
 * in its place, any other exactly.
 */
export function locationOf(path: string): string {
  if (path.includes('/:')) return `~ ^${path.replace(/:[A-Za-z]+/g, '[^/]+')}$`;
  return path.endsWith('/') ? path : `= ${path}`;
}

/** For an answer that lasts as long as its reader listens: nothing is held back, and a heartbeat is well within the hour. */
export const streaming = `proxy_buffering off;
proxy_read_timeout 1h;
`;
