import { ms } from '@storefront/kit/time';
import { describe, expect, it } from 'vitest';
import { amend, anOrder } from '../../tests/an-order.ts';
import type { Amendment } from './amendment.ts';
import { parcelLookAfter } from './fulfilment.ts';
import { runOf, type Order } from './order.ts';
import { progress } from './progress.ts';

/** The step that the order is at is done. */
function advance(amendment: Amendment): Amendment {
  progress(amendment, runOf(amendment.order)!, { kind: 'done' });
  return amendment;
}

function orderAt(state: Order['state']): Order {
  let order = anOrder();
  while (order.state !== state) order = advance(amend(order)).order;
  return order;
}

describe('an order that is paid for', () => {
  it("waits for the carrier's word where its label has just been learnt", () => {
    const { order, now } = advance(advance(amend(orderAt('confirmed'))));
    expect(order.state).toBe('captured');
    expect(runOf(order)).toMatchObject({ step: 'hand-over', dueAt: new Date(now.getTime() + ms(parcelLookAfter)) });
  });

  it('looks for its parcel at once where the label is older: the word may have come before anybody waited for it', () => {
    const { order, now } = advance(amend(orderAt('labelled')));
    expect(order.state).toBe('captured');
    expect(runOf(order)).toMatchObject({ step: 'hand-over', dueAt: now });
  });
});
