import type { Account, Kind } from '../account.ts';
import type { FindExpanded } from '../api/expand.ts';

/** Fields that hold an id, and of what. */
const kinds: Record<string, Kind> = {
  latest_charge: 'charge',
  charge: 'charge',
  payment_intent: 'payment_intent',
  setup_intent: 'setup_intent',
  payment_method: 'payment_method',
  default_payment_method: 'payment_method',
  customer: 'customer',
};

export const findExpanded =
  ({ objects }: Account): FindExpanded =>
  (field, id, owner) => {
    if (field === 'refunds' && owner['object'] === 'charge') {
      const charge = String(owner['id']);
      const { items, hasMore } = objects.list('refund', { charge }, { limit: 10 });
      const data = items.map(({ shown }) => shown);
      return { object: 'list', data, has_more: hasMore, url: `/v1/charges/${charge}/refunds` };
    }
    const kind = kinds[field];
    return kind && objects.find(kind, id)?.shown;
  };
