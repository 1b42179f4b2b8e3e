import { invalid } from '@storefront/kit/errors';
import { eventually } from '@storefront/kit/testing';
import { describe, expect, it } from 'vitest';
import { createStaleCache } from './stale-cache.ts';

function cacheOf({ maxBytes = 1_000 } = {}) {
  const clock = { ms: 0 };
  const cache = createStaleCache<string>({
    maxBytes,
    sizeOf: (text) => text.length,
    isKept: (text) => text !== 'gone',
    fresh: '30s',
    staleWhileRevalidate: '5m',
    staleIfError: '1h',
    inBackground: (work) => work(),
    now: () => clock.ms,
  });
  return { cache, clock };
}

const answering = (text: string) => async () => text;
const failing = async (): Promise<string> => {
  throw new Error('away');
};

describe('the stale cache', () => {
  it('loads once for all who wait for the same key', async () => {
    const { cache } = cacheOf();
    let loads = 0;
    const slow = async () => {
      loads += 1;
      await new Promise(setImmediate);
      return 'page';
    };

    const found = await Promise.all(Array.from({ length: 20 }, () => cache.get('/', slow)));

    expect(loads).toBe(1);
    expect(new Set(found.map(({ value }) => value))).toEqual(new Set(['page']));
  });

  it('answers from memory while fresh, then answers the old one and asks again behind its back', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 29_000;
    expect(await cache.get('/', failing)).toEqual({ value: 'one', age: 'fresh' });
    clock.ms = 31_000;

    expect(await cache.get('/', answering('two'))).toEqual({ value: 'one', age: 'stale' });

    await eventually(() => expect(cache.peek('/')).toBe('two'));
    expect(await cache.get('/', failing)).toEqual({ value: 'two', age: 'fresh' });
  });

  it.each([
    ['keeps answering while the source is away', 60_000],
    ['lets the old one stand in when asking first fails', 3_000_000],
  ])('%s, asking it every two seconds only', async (_, agedMs) => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = agedMs;
    let asked = 0;
    const away = () => {
      asked += 1;
      return failing();
    };

    for (let request = 0; request < 50; request += 1)
      expect(await cache.get('/', away)).toEqual({ value: 'one', age: 'stale' });
    expect(asked).toBe(1);
    clock.ms += 2_001;
    await cache.get('/', away);
    expect(asked).toBe(2);
  });

  it('asks first once the old one may no longer be shown, however seldom it is asked for', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 30_000 + 300_000;
    expect(await cache.get('/', failing)).toEqual({ value: 'one', age: 'stale' });
    await new Promise(setImmediate);
    clock.ms += 2_001;

    expect(await cache.get('/', answering('two'))).toEqual({ value: 'two', age: 'new' });
  });

  it('does not show an old one because it is being asked for, or because asking failed long ago', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 329_000;
    const slow = Promise.withResolvers<string>();
    expect(await cache.get('/', () => slow.promise)).toEqual({ value: 'one', age: 'stale' });
    clock.ms = 330_001;
    const waiting = cache.get('/', failing);
    slow.resolve('two');
    expect(await waiting).toEqual({ value: 'two', age: 'new' });

    clock.ms += 600_000;
    expect(await cache.get('/', failing)).toEqual({ value: 'two', age: 'stale' });
    clock.ms += 60_000;
    expect(await cache.get('/', answering('three'))).toEqual({ value: 'three', age: 'new' });
  });

  it('gives no old one for a page that is gone', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 400_000;
    expect(await cache.get('/', answering('gone'))).toEqual({ value: 'gone', age: 'new' });
    await expect(cache.get('/', failing)).rejects.toThrow('away');
  });

  it('gives no old one for what is refused', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 400_000;
    const refusing = () => Promise.reject(invalid('bad-address', 'No such currency.'));
    await expect(cache.get('/', refusing)).rejects.toThrow('No such currency.');
    await expect(cache.get('/', failing)).rejects.toThrow('away');
  });

  it('fails when there is nothing to stand in, and when it is too old to', async () => {
    const { cache, clock } = cacheOf();
    await expect(cache.get('/', failing)).rejects.toThrow('away');
    await cache.get('/', answering('one'));
    clock.ms = 30_000 + 3_600_001;
    await expect(cache.get('/', failing)).rejects.toThrow('away');
  });

  it('drops the longest unused first, and lets no large one drive out all others', async () => {
    const { cache } = cacheOf({ maxBytes: 80 });
    for (let number = 0; number < 8; number += 1) await cache.get(`/${number}`, answering('ten bytes.'));
    await cache.get('/0', failing);
    await cache.get('/8', answering('ten bytes.'));
    await cache.get('/large', answering('more than an eighth'));

    expect(cache.peek('/1')).toBeUndefined();
    expect(cache.peek('/large')).toBeUndefined();
    expect(cache.peek('/0')).toBe('ten bytes.');
  });

  it('forgets a page that is no longer there', async () => {
    const { cache, clock } = cacheOf();
    await cache.get('/', answering('one'));
    clock.ms = 31_000;
    await cache.get('/', answering('gone'));
    await eventually(() => expect(cache.peek('/')).toBeUndefined());
  });
});
