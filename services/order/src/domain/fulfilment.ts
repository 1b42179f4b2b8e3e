import { pivot, saga, step } from './saga.ts';

/**
 * From the confirmed order to the parcel at the door. Before the capture everything can be undone without a trace; after it money goes
 * back as a refund, and once the parcel has left the house nothing is undone.
 */
export const fulfilment = saga([
  step('buy-label', { becomes: 'labelled', within: '6d', undo: 'void-label', onRefusal: 'needs-review' }),
  pivot('capture', { becomes: 'captured', within: '24h', undo: 'refund-payment', joinsPrevious: true }),
  step('hand-over', { becomes: 'handed-over', waitsFor: 'shipment.changed', undo: 'void-label', isIrrevocable: true }),
  step('deliver', { becomes: 'delivered', waitsFor: 'shipment.changed' }),
]);

/** A parcel of which nothing is heard is asked about after so long. */
export const parcelLookAfter = '6h';
