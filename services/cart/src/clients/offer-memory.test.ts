import type { Offer } from '@storefront/product/contract/stock';
import { describe, expect, it } from 'vitest';
import { createOfferMemory } from './offer-memory.ts';

const offer = (sku: string) => ({ sku }) as Offer;

describe('the memory of offers', () => {
  it('keeps each for its time, in its currency', () => {
    let time = 0;
    const memory = createOfferMemory({ limit: 10, freshForMs: 5_000, now: () => time });
    memory.remember(offer('mug'), 'EUR');
    expect(memory.recall('mug', 'EUR')).toEqual(offer('mug'));
    expect(memory.recall('mug', 'USD')).toBeUndefined();
    time = 4_999;
    expect(memory.recall('mug', 'EUR')).toEqual(offer('mug'));
    time = 5_000;
    expect(memory.recall('mug', 'EUR')).toBeUndefined();
  });

  it('keeps the newest, whatever comes', () => {
    const memory = createOfferMemory({ limit: 3, freshForMs: 5_000, now: () => 0 });
    for (const sku of ['a', 'b', 'c', 'a', 'd']) memory.remember(offer(sku), 'EUR');
    expect(['a', 'b', 'c', 'd'].filter((sku) => memory.recall(sku, 'EUR'))).toEqual(['a', 'c', 'd']);
  });
});
