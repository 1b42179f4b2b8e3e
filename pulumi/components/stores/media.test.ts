import { expect, it } from 'vitest';
import { type Made, of, register, site } from '../../tests/engine/mocks.ts';
import { cluster } from '../../tests/engine/surroundings.ts';
import { Media } from './media.ts';

it("keeps what was deleted for thirty days, and is the product service's alone", async () => {
  const made = await register(() => new Media('media', { site, cluster }));
  expect(of(made, 'Bucket')[0]?.inputs).toMatchObject({
    publicAccessPrevention: 'enforced',
    versioning: { enabled: true },
    lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } }],
    forceDestroy: false,
  });
  const [grant] = of(made, 'BucketIAMMember') as [Made];
  expect(grant.inputs).toMatchObject({
    role: 'roles/storage.objectUser',
    member: 'principal://shop/acme-product',
  });
});

it('goes with what is in it once the guards are off', async () => {
  const made = await register(() => new Media('media', { site: { ...site, isGuarded: false }, cluster }));
  expect(of(made, 'Bucket')[0]?.inputs).toMatchObject({
    forceDestroy: true,
    softDeletePolicy: { retentionDurationSeconds: 0 },
  });
});
