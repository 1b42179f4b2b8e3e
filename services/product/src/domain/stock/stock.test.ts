import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claim, emptyStock, expire, receive, release, reserve, ship, type Stock } from './stock.ts';

const now = new Date('2026-11-28T12:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const part = { orderId: 'order-1', units: 2 };
const stockOf = (units: number) => receive(emptyStock, units) as Stock;
const done = (stock: Stock | string) => {
  if (typeof stock === 'string') throw new Error(stock);
  return stock;
};
const counts = ({ onHand, available, held, claimed }: Stock) => [onHand, available, held, claimed];

describe('the stock of a SKU', () => {
  it('is held, claimed, shipped', () => {
    const held = done(reserve(stockOf(5), part, now));
    expect(counts(held)).toEqual([5, 3, 2, 0]);
    const claimed = done(claim(held, part, now));
    expect(counts(claimed)).toEqual([5, 3, 0, 2]);
    expect(counts(done(ship(claimed, part)))).toEqual([3, 3, 0, 0]);
  });

  it('is refused when too little is left, and when it is promised', () => {
    expect(reserve(stockOf(1), part, now)).toBe('out-of-stock');
    expect(claim(stockOf(1), part, now)).toBe('out-of-stock');
    expect(receive(done(reserve(stockOf(2), part, now)), -1)).toBe('stock-promised');
    expect(ship(done(reserve(stockOf(2), part, now)), part)).toBe('not-claimed');
    expect(reserve(done(reserve(stockOf(9), part, now)), { ...part, units: 3 }, now)).toBe('hold-differs');
  });

  it('is free again an hour after it was held, unless it was claimed', () => {
    const held = done(reserve(stockOf(2), part, now));
    expect(counts(expire(held, later(59)))).toEqual([2, 0, 2, 0]);
    expect(counts(expire(held, later(60)))).toEqual([2, 2, 0, 0]);
    expect(counts(expire(done(claim(held, part, now)), later(600)))).toEqual([2, 0, 0, 2]);
  });

  it('is claimed anew after it expired, as long as it is there', () => {
    const expired = expire(done(reserve(stockOf(2), part, now)), later(61));
    expect(counts(done(claim(expired, part, later(62))))).toEqual([2, 0, 0, 2]);
  });

  it('is not held any more for an order that was released, nor given back by one that was shipped', () => {
    const released = release(stockOf(2), part.orderId);
    expect(reserve(released, part, now)).toBe(released);
    expect(claim(released, part, now)).toBe(released);
    const shipped = done(ship(done(claim(stockOf(2), part, now)), part));
    expect(release(shipped, part.orderId)).toBe(shipped);
  });

  it('adds up, whatever happens to it', () => {
    const act = fc.tuple(
      fc.constantFrom('reserve', 'claim', 'release', 'ship', 'receive', 'expire'),
      fc.nat(3),
      fc.nat(90),
    );
    fc.assert(
      fc.property(fc.nat(9), fc.array(act, { maxLength: 60 }), (units, acts) => {
        let [stock, minutes] = [stockOf(units), 0];
        for (const [name, order, passed] of acts) {
          minutes += passed;
          const wanted = { orderId: `order-${order}`, units: order + 1 };
          const next: Record<string, () => Stock | string> = {
            reserve: () => reserve(stock, wanted, later(minutes)),
            claim: () => claim(stock, wanted, later(minutes)),
            release: () => release(stock, wanted.orderId),
            ship: () => ship(stock, wanted),
            receive: () => receive(stock, order - 2),
            expire: () => expire(stock, later(minutes)),
          };
          const after = next[name]!();
          if (typeof after !== 'string') stock = after;
          expect(stock.onHand).toBe(stock.available + stock.held + stock.claimed);
          expect(Math.min(...counts(stock))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
