import { describe, expect, it } from 'vitest';
import { sampleStorefront } from '../testing/samples.ts';
import { scopeOf, urlOf } from './names.ts';

describe('names', () => {
  it('give two shops of one name in two namespaces two scopes', () => {
    const [here, there] = ['here', 'there'].map((namespace) => scopeOf(sampleStorefront('local', { namespace })));
    expect(here).toMatch(/^acme-[0-9a-f]{6}$/);
    expect(there).toMatch(/^acme-[0-9a-f]{6}$/);
    expect(here).not.toBe(there);
  });

  it('take the scope that is asked for', () => {
    expect(scopeOf(sampleStorefront('production'))).toBe('acme-eu');
  });

  it('speak of the shop by its public address', () => {
    expect(urlOf(sampleStorefront('local'))).toBe('http://127.0.0.1:8080');
    expect(urlOf(sampleStorefront('production'))).toBe('https://shop.acme.example');
  });
});
