import { describe, expect, it } from 'vitest';
import { compareVersions, findVersion, isInRange } from './versions.ts';

describe('finding a version', () => {
  it.each([
    ['5:8.0.6-3', [8, 0, 6]],
    ['1.0-0-1', [1, 0]],
    ['18.6-3', [18, 6]],
    ['1.6.20~ds1-1+b1', [1, 6, 20]],
    ['Consul v1.22.7\nRevision v1.22.7', [1, 22, 7]],
    ['containerd github.com/containerd/containerd 1.6.20~ds1', [1, 6, 20]],
    ['go version go1.26.8 linux/amd64', [1, 26, 8]],
    ['nftables v1.0.6 (Lester Gooch #5)', [1, 0, 6]],
  ])('reads %j', (text, expected) => {
    expect(findVersion(text)).toEqual(expected);
  });

  it('finds none where there is none', () => {
    expect(findVersion('not installed')).toBeUndefined();
  });
});

describe('a range of versions', () => {
  it.each([
    ['1.30.6-2', '>=1.27.3', true],
    ['1.26.3-3', '>=1.27.3', false],
    ['1.27.3', '>=1.27.3', true],
    ['1.27', '>=1.27.3', false],
    ['18.6-3', '>=18 <19', true],
    ['19beta1', '>=18 <19', false],
    ['5:8.0.6-3', '>=8 <9', true],
    ['nothing', '>=0', false],
  ])('%s in %s: %s', (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected);
  });

  it('compares numbers, not letters', () => {
    expect(compareVersions([1, 9], [1, 10])).toBeLessThan(0);
    expect(compareVersions([1], [1, 0, 0])).toBe(0);
  });

  it('refuses a range it does not understand', () => {
    expect(() => isInRange('1.2.3', '~1.2')).toThrow('not a condition');
  });
});
