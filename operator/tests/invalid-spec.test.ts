/** In memory, where no schema stands before the operator: as when a CRD of another release lets something in. */
import { expect, it, vi } from 'vitest';
import { keyOf } from '../src/cluster.ts';
import type { Kind } from '../src/cluster.ts';
import { Secret, Storefront } from '../src/kinds.ts';
import { createShop } from '../src/shop.ts';
import { sellingFleet } from '../src/testing/samples.ts';
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

const EventList: Kind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

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

it('a spec that cannot be used holds the data that it asks to be removed, until it is mended or asks to retain it', async () => {
  const place = openMemory();
  const person = place.client('kubectl');
  const running = await startOperator(place, { operatorClass: 'test', shop: stillShop() });
  const ways = [
    { deletionPolicy: 'Retain' as const, keeps: true },
    { currencies: ['EUR'], keeps: false },
  ];
  for (const { keeps, ...wayOut } of ways) {
    const acme = sampleStorefront(place.namespace, 'test');
    acme.spec.deletionPolicy = 'Delete';
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    const live = () => readStorefront(person, acme);
    const degraded = async () => conditionOf(await live(), 'Degraded');
    await vi.waitFor(
      async () => expect(conditionOf(await live(), 'Progressing')?.reason).toMatch(/RollingOut|Settled/),
      within(5_000),
    );
    await person.merge(Storefront, keyOf(acme), { spec: { currencies: ['euro'] } });
    await vi.waitFor(async () => expect(await degraded()).toMatchObject({ reason: 'InvalidSpec' }), within(5_000));
    await person.remove(Storefront, keyOf(acme), { uid: (await live())?.metadata.uid ?? '' });

    const blocked = {
      status: 'True',
      reason: 'InvalidSpec',
      message: expect.stringMatching(/set deletionPolicy to Retain[^]*spec\.currencies/) as string,
    };
    await vi.waitFor(async () => expect(await degraded()).toMatchObject(blocked), within(5_000));
    const { items: events } = await person.list(EventList, {});
    expect(events).toContainEqual(
      expect.objectContaining({
        note: blocked.message,
        regarding: expect.objectContaining({ name: acme.metadata.name }) as object,
      }),
    );

    await person.merge(Storefront, keyOf(acme), { spec: wayOut });
    await vi.waitFor(async () => expect(await live()).toBeNull(), within(5_000));
    const secrets = (await childrenOf(person, acme)).filter(({ kind }) => kind === Secret.kind);
    expect(secrets.length > 0).toBe(keeps);
  }
  await running.stop();
});

it('a store that the fleet needs and the spec does not describe is named with those who need it', async () => {
  const place = openMemory();
  const person = place.client('kubectl');
  const acme = sampleStorefront(place.namespace, 'test');
  const { customers } = acme.spec.stores;
  delete acme.spec.stores.customers;
  acme.spec.services!.identity = { replicas: 1 };
  await makeReferencedSecrets(person, acme);
  await person.apply(Storefront, acme);
  const running = await startOperator(place, { operatorClass: 'test', shop: stillShop(createShop(sellingFleet)) });
  const ready = async () => conditionOf(await readStorefront(person, acme), 'Ready');

  await vi.waitFor(async () => expect(await ready()).toMatchObject({ reason: 'InvalidSpec' }), within(5_000));
  expect((await ready())?.message).toContain('spec.stores.customers: is missing; identity needs it');
  expect(await childrenOf(person, acme)).toEqual([]);

  await person.merge(Storefront, keyOf(acme), { spec: { stores: { customers } } });
  await vi.waitFor(async () => expect(await ready()).toMatchObject({ reason: 'SecretMissing' }), within(5_000));
  expect((await ready())?.message).toContain('acme-customers-admin');

  await person.merge(Storefront, keyOf(acme), { spec: { stores: { customers: null } } });
  await vi.waitFor(async () => expect(await ready()).toMatchObject({ reason: 'InvalidSpec' }), within(5_000));
  const uid = (await readStorefront(person, acme))!.metadata.uid!;
  await person.remove(Storefront, keyOf(acme), { uid });
  await vi.waitFor(async () => expect(await readStorefront(person, acme)).toBeNull(), within(5_000));
  await running.stop();
});

it('who takes the money and who carries the parcels must be said, and their accounts be there', async () => {
  const place = openMemory();
  const person = place.client('kubectl');
  const acme = sampleStorefront(place.namespace, 'test');
  const { payments, shipping } = acme.spec;
  delete acme.spec.payments;
  delete acme.spec.shipping;
  acme.spec.services!.identity = { replicas: 1 };
  await makeReferencedSecrets(person, acme);
  await person.apply(Storefront, acme);
  const running = await startOperator(place, { operatorClass: 'test', shop: stillShop(createShop(sellingFleet)) });
  const ready = async () => conditionOf(await readStorefront(person, acme), 'Ready');

  await vi.waitFor(async () => expect(await ready()).toMatchObject({ reason: 'InvalidSpec' }), within(5_000));
  expect((await ready())?.message).toContain('spec.payments: is missing; payment needs it');
  expect((await ready())?.message).toContain('spec.shipping: is missing; shipping needs it');

  await person.merge(Storefront, keyOf(acme), { spec: { payments, shipping } });
  await vi.waitFor(async () => expect(await ready()).toMatchObject({ reason: 'SecretMissing' }), within(5_000));
  const { message } = (await ready())!;
  expect(message).toContain('Secret "acme-stripe" is not in namespace');
  expect(message).toContain('payment cannot start.\nCreate it (keys: secret-key, webhook-secret)');
  expect(message).toContain('shipping cannot start.\nCreate it (keys: api-key, webhook-secret)');
  await running.stop();
});
