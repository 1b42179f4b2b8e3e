import { describe, expect, it } from 'vitest';
import { addressOf, inCurrency, readAddress } from './address.ts';
import type { Currencies } from './links.ts';

const currencies: Currencies = ['EUR', 'USD', 'JPY'];

function canonical(address: string): string | null {
  const { pathname, searchParams } = new URL(address, 'http://shop.example');
  const wanted = readAddress(pathname, searchParams, currencies);
  return wanted && addressOf(wanted, currencies);
}

describe('the one address of a page', () => {
  it.each([
    ['/', '/'],
    ['/?utm_source=mail&currency=EUR', '/'],
    ['/?currency=XXX', '/'],
    ['/products?sort=relevance&min=&max=', '/products'],
    [
      '/products?attribute.size=L&attribute.colour=Red&attribute.size=L',
      '/products?attribute.colour=Red&attribute.size=L',
    ],
    ['/products?min=20&max=5', '/products?min=5&max=20'],
    ['/products?min=12,50&max=many', '/products?min=12.50'],
    ['/search?q=%20red%20%0a%00mug&currency=USD', '/search?q=red+mug&currency=USD'],
    ['/categories/kitchen?category=other&inStock=true', '/categories/kitchen?inStock=true'],
    ['/products/blue-mug?variant=blue-mug-2&colour=x', '/products/blue-mug?variant=blue-mug-2'],
    ['/products/blue-mug?variant=%3Cscript%3E', '/products/blue-mug'],
  ])('of %s is %s', (address, expected) => {
    expect(canonical(address)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it.each([
    '/categories/',
    '/categories/Up',
    '/products/a/b',
    '/products/..%2f',
    '/constructor',
    '/toString/a',
    '/__proto__/a',
  ])('does not exist for %s', (address) => expect(canonical(address)).toBeNull());

  it('has no more attributes and values than the API takes', () => {
    const query = new URLSearchParams();
    for (let number = 0; number < 30; number += 1)
      for (const name of ['colour', `name${number}`]) query.append(`attribute.${name}`, `value ${number}`);
    const wanted = readAddress('/products', query, currencies);

    const attributes = wanted?.kind === 'listing' ? wanted.listing.attributes : new Map<string, string[]>();
    expect(attributes.size).toBe(10);
    expect(attributes.get('colour')).toHaveLength(20);
  });

  it('takes an attribute called like a part of JavaScript for what it is', () => {
    expect(canonical('/products?attribute.constructor=a')).toBe('/products?attribute.constructor=a');
  });
});

it('changes the currency without the price bounds and the place in the list, which belong to the old one', () => {
  const wanted = readAddress('/products', new URLSearchParams('min=5&cursor=abc&inStock=true'), currencies);
  expect(wanted && addressOf(inCurrency(wanted, 'JPY'), currencies)).toBe('/products?inStock=true&currency=JPY');
});
