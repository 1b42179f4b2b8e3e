import { describe, expect, it } from 'vitest';
import { MalformedForm, readForm } from './form.ts';

const read = (query: string) => readForm(new URLSearchParams(query));

describe('a form', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['metadata[order_id]=7&metadata[b]=x', { metadata: { order_id: '7', b: 'x' } }],
    ['shipping[address][line1]=1+St', { shipping: { address: { line1: '1 St' } } }],
    ['expand[]=a&expand[]=b', { expand: ['a', 'b'] }],
    ['expand[0]=a&expand[1]=b', { expand: ['a', 'b'] }],
    ['items[0][sku]=a&items[1][sku]=b', { items: [{ sku: 'a' }, { sku: 'b' }] }],
    ['metadata=', { metadata: '' }],
    ['metadata[0]=a&metadata[2]=b', { metadata: { 0: 'a', 2: 'b' } }],
  ])('reads %s', (query, expected) => {
    expect(read(query)).toEqual(expected);
  });

  it.each(['a[=1', 'a]=1', '[a]=1', 'a=1&a[b]=2', 'a[b][c][d][e][f][g]=1'])('refuses %s', (query) => {
    expect(() => read(query)).toThrow(MalformedForm);
  });

  it('cannot reach the prototype of anything', () => {
    const form = read('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
