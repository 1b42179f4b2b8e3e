import { describe, expect, it } from 'vitest';

import { ownLabels } from './ledgers.ts';

describe('labels of a shop', () => {
  it('are those bought since somebody looks, and earlier ones for its own parcels', () => {
    const label = (carrierShipment: string, shipmentId: string | null) => ({
      carrierShipment,
      shipmentId,
      isVoided: false,
    });
    const labels = [
      label('old-own', 'a'),
      label('old-other', 'x'),
      label('old-stray', null),
      label('new-stray', null),
      label('new', 'b'),
    ];
    const earlier = new Set(['old-own', 'old-other', 'old-stray']);

    const own = ownLabels(labels, earlier, [{ shipmentId: 'a' }, { shipmentId: 'b' }]);

    expect(own.map(({ carrierShipment }) => carrierShipment)).toEqual(['old-own', 'new-stray', 'new']);
  });
});
