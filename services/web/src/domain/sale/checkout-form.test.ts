import { describe, expect, it } from 'vitest';
import { checkTyped, problemsOf, rateValue, readRate, readShown, readTyped } from './checkout-form.ts';

const complete = {
  email: 'ada@example.com',
  name: ' Ada ',
  line1: '12 Mill Lane',
  postcode: '10115',
  city: 'Berlin',
  country: 'DE',
  rate: '490:easypost%2FGround:quote',
};
const typedOf = (changes: Record<string, string> = {}) => readTyped(new URLSearchParams({ ...complete, ...changes }));

describe('what was typed', () => {
  it('is an address without the fields that were left empty', () => {
    const { address, problems } = checkTyped(typedOf({ phone: ' ', line2: '' }), ['DE']);
    expect(problems).toEqual({});
    expect(address).toEqual({ name: 'Ada', line1: '12 Mill Lane', postcode: '10115', city: 'Berlin', country: 'DE' });
  });

  it('is missing or malformed, field by field', () => {
    const { problems } = checkTyped(
      typedOf({ email: 'ada', name: '', postcode: '?', phone: 'x', country: 'FR', rate: 'free' }),
      ['DE'],
    );
    expect(problems).toEqual({
      email: 'malformed',
      name: 'missing',
      postcode: 'malformed',
      phone: 'malformed',
      country: 'malformed',
      rate: 'missing',
    });
  });

  it('takes no payment method that cannot be one', () => {
    expect(typedOf({ paymentMethod: 'pm_1AbC' }).paymentMethod).toBe('pm_1AbC');
    for (const text of ['4242424242424242', 'pm_', 'pm_1;DROP', 'src_1'])
      expect(typedOf({ paymentMethod: text }).paymentMethod).toBe('');
  });
});

describe('the chosen shipping', () => {
  it.each([
    { priceMinor: 490, service: 'easypost/Ground', quote: 'q' },
    { priceMinor: 0, service: 'DHL: "Päckchen" 5 %/a+b', quote: 'v1.eyJh:b.c_-' },
    { priceMinor: 9_000_000, service: "(it's) ~*!", quote: '%41\n&=' },
  ])('is read as it was written: %o', (rate) => {
    expect(readRate(rateValue(rate))).toEqual(rate);
  });

  it.each(['', ':', '490', '490:', '490:a:', '-1:a:q', '1.5:a:q', 'x:a:q'])('is none in %j', (value) => {
    expect(readRate(value)).toBeUndefined();
  });
});

describe('what the page showed', () => {
  const cart = '019a2b4c-7d10-4f3a-9c1e-5b2f7a6d8e90';
  const shown = { key: '0123456789abcdef', cart, currency: 'EUR', cartVersion: '3', items: '1890' };
  const read = (changes: Record<string, string>) => readShown(new URLSearchParams({ ...shown, ...changes }));

  it('comes back with the form', () => {
    expect(read({})).toEqual({
      key: '0123456789abcdef',
      cartId: cart,
      currency: 'EUR',
      cartVersion: 3,
      itemsMinor: 1890,
    });
  });

  it.each([
    { key: '' },
    { key: 'a b' },
    { cart: 'mine' },
    { currency: 'euro' },
    { cartVersion: '0' },
    { cartVersion: 'x' },
    { items: '-1' },
    { items: '1.5' },
  ])('is not believed when it was written anew: %o', (changes) => expect(read(changes)).toBeUndefined());
});

it('knows the fields that the API refuses', () => {
  expect(problemsOf([{ field: 'address.postcode' }, { field: 'email' }, { field: 'quote' }])).toEqual({
    postcode: 'malformed',
    email: 'malformed',
  });
});
