import { describe, expect, it } from 'vitest';
import { sampleStorefront, smallFleet } from '../../testing/samples.ts';
import { deployment } from './deployment.ts';

describe('a Deployment', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 3],
    [4, 3],
    [7, 4],
    [undefined, '50%'],
  ])('replaces %s pods in waves of %s', (replicas, maxSurge) => {
    const storefront = sampleStorefront('local');
    storefront.spec.services!.product = replicas === undefined ? {} : { replicas };
    const { spec } = deployment({ storefront, fleet: smallFleet, refs: {} }, 'product', 'hash');
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge });
  });
});
