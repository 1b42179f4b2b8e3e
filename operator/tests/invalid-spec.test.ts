/** In memory, where no schema stands before the operator: as when a CRD of another release lets something in. */
import { expect, it, vi } from 'vitest';
import { keyOf } from '../src/cluster.ts';
import { Storefront } from '../src/kinds.ts';
import { openMemory } from './places.ts';
import {
  childrenOf,
  conditionOf,
  makeReferencedSecrets,
  readStorefront,
  sampleStorefront,
  startOperator,
  stillShop,
  within,
} from './stage.ts';

it('a spec that cannot be used is named field by field, and what runs is left as it is', async () => {
  const place = openMemory();
  const person = place.client('kubectl');
  const acme = sampleStorefront(place.namespace, 'test');
  await makeReferencedSecrets(person, acme);
  await person.apply(Storefront, acme);
  const running = await startOperator(place, { operatorClass: 'test', shop: stillShop() });
  const condition = async (type: string) => conditionOf(await readStorefront(person, acme), type);
  const generations = async () => (await childrenOf(person, acme)).map(({ metadata }) => metadata.resourceVersion);
  await vi.waitFor(
    async () => expect((await condition('Progressing'))?.reason).toMatch(/RollingOut|Settled/),
    within(5_000),
  );
  const before = await generations();

  await person.merge(Storefront, keyOf(acme), {
    spec: { currencies: ['euro'], services: { product: { replicas: 'x' } } },
  });

  await vi.waitFor(
    async () => expect(await condition('Ready')).toMatchObject({ status: 'False', reason: 'InvalidSpec' }),
    within(5_000),
  );
  const { message } = (await condition('Ready'))!;
  expect(message).toContain('spec.currencies');
  expect(message).toContain('spec.services.product.replicas');
  expect(await generations()).toEqual(before);

  await person.merge(Storefront, keyOf(acme), { spec: acme.spec as object });
  await vi.waitFor(async () => expect((await condition('Degraded'))?.status).toBe('False'), within(5_000));
  await running.stop();
});
