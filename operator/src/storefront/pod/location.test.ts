import { describe, expect, it } from 'vitest';
import { locationOf } from './location.ts';

describe('a path, as Nginx finds it', () => {
  it.each([
    ['/api/', '/api/'],
    ['/healthz', '= /healthz'],
    ['/orders/:orderId/events', '~ ^/orders/[^/]+/events$'],
  ])('%s', (path, location) => expect(locationOf(path)).toBe(location));
});
