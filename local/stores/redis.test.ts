import { describe, expect, it } from 'vitest';
import { renderRedisConfig, renderUsers, withNobody } from './redis.ts';

describe('Redis', () => {
  it('lets the cache forget and the state not', () => {
    const cache = renderRedisConfig('cache', '10.200.0.11');
    expect(cache).toMatch(/^appendonly no$/m);
    expect(cache).toMatch(/^maxmemory-policy allkeys-lru$/m);
    const state = renderRedisConfig('state', '10.200.0.11');
    expect(state).toMatch(/^appendonly yes$/m);
    expect(state).toMatch(/^maxmemory-policy noeviction$/m);
  });

  it('listens at its own address and port only', () => {
    expect(renderRedisConfig('cache', '10.200.0.12')).toMatch(/^bind 10\.200\.0\.12\nport 6379$/m);
    expect(renderRedisConfig('state', '10.200.0.12')).toMatch(/^bind 10\.200\.0\.12\nport 6380$/m);
  });

  it('knows nobody without a name, and no password but its digest', () => {
    const users = renderUsers('secret');
    expect(users).toMatch(/^user default off /m);
    expect(users).not.toContain('secret');
    expect(users).toContain('#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b');
  });

  it('may read its own log at a start, in a shop of before too, whose accounts stay', () => {
    const nobody = renderUsers('secret').split('\n')[0];
    expect(nobody).toMatch(/ ~\* .*\+@all$/);
    const saved = 'user default off sanitize-payload resetchannels -@all\nuser cart on #12 ~cart:* +get\n';
    expect(withNobody(saved)).toBe(`${nobody}\nuser cart on #12 ~cart:* +get\n`);
    expect(withNobody(withNobody(saved))).toBe(withNobody(saved));
  });
});
