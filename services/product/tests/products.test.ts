import { randomUUID } from 'node:crypto';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../src/contract.ts';
import { aProduct, openCatalogue, type OpenCatalogue, type ProblemBody } from './catalogue.ts';

describe.skipIf(!testStores)(`the life of a product ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('kitchen', null, 'Kitchen');
    await shop.category('mugs', 'kitchen', 'Mugs');
  });
  afterAll(() => shop?.close());

  it('is created as a draft, published, changed and taken down', async () => {
    const created = await shop.send<Product>('POST', '/products', { body: aProduct({ name: 'Blue mug' }) });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ status: 'draft', version: 1, slug: 'blue-mug', publishedAt: null });
    expect(created.body.categoryPath).toEqual([
      { slug: 'kitchen', name: 'Kitchen' },
      { slug: 'mugs', name: 'Mugs' },
    ]);
    const { productId } = created.body;
    expect((await shop.get(`/products/${productId}`)).status).toBe(404);
    expect((await shop.get(`/products/${productId}`, { as: 'merchant' })).status).toBe(200);

    const published = await shop.send<Product>('POST', `/products/${productId}/publish`);
    expect(published.body).toMatchObject({ status: 'published', version: 2 });
    const read = await shop.get<Product>(`/products/${productId}`);
    expect(read.body).toEqual(published.body);
    expect(read.headers.get('etag')).toBe('"2"');

    const changed = await shop.send<Product>('PATCH', `/products/${productId}`, {
      body: { name: 'Deep blue mug' },
      headers: { 'if-match': '"2"' },
    });
    expect(changed.body).toMatchObject({ name: 'Deep blue mug', version: 3, slug: 'blue-mug' });

    const down = await shop.send<Product>('POST', `/products/${productId}/unpublish`);
    expect(down.body).toMatchObject({ status: 'draft', version: 4 });
    expect((await shop.get(`/products/${productId}`)).status).toBe(404);
    expect((await shop.list('q=deep+blue')).items).toEqual([]);
  });

  it('publishes twice without another version', async () => {
    const { productId } = await shop.publish(aProduct());
    const again = await shop.send<Product>('POST', `/products/${productId}/publish`);
    expect(again.body.version).toBe(2);
    const late = await shop.send<ProblemBody>('POST', `/products/${productId}/publish`, {
      headers: { 'if-match': '"1"' },
    });
    expect(late.status).toBe(412);
  });

  it('creates one product when the request is repeated', async () => {
    const body = { ...aProduct({ name: 'Repeated' }), productId: randomUUID() };
    const first = await shop.send<Product>('POST', '/products', { body });
    const second = await shop.send<Product>('POST', '/products', { body });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    const other = await shop.send<ProblemBody>('POST', '/products', { body: { ...body, name: 'Other' } });
    expect(other.status).toBe(409);
    expect(other.body.code).toBe('product-exists');
  });

  it('creates one product for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': `"${randomUUID()}"` };
    const body = aProduct({ name: 'By key' });
    const first = await shop.send<Product>('POST', '/products', { body, headers });
    const second = await shop.send<Product>('POST', '/products', { body, headers });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.productId).toBe(first.body.productId);
    const other = await shop.send<ProblemBody>('POST', '/products', { body: aProduct(), headers });
    expect(other.body.code).toBe('idempotency-key-reused');
  });

  it('lets one of two changes of the same version win', async () => {
    const { productId } = await shop.publish(aProduct());
    const change = (name: string) =>
      shop.send<Product>('PATCH', `/products/${productId}`, { body: { name }, headers: { 'if-match': '"2"' } });
    const answers = await Promise.all([change('One'), change('Two')]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
    const winner = answers.find(({ status }) => status === 200);
    expect((await shop.get<Product>(`/products/${productId}`)).body.name).toBe(winner?.body.name);
  });

  it('wants the version that is changed', async () => {
    const { productId } = await shop.publish(aProduct());
    expect((await shop.send('PATCH', `/products/${productId}`, { body: { name: 'X' } })).status).toBe(428);
    const answer = await shop.send('PATCH', `/products/${randomUUID()}`, {
      body: { name: 'X' },
      headers: { 'if-match': '"1"' },
    });
    expect(answer.status).toBe(404);
  });

  it('lets one of twenty products have a SKU', async () => {
    const sku = `hot-${randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        shop.send<ProblemBody>('POST', '/products', { body: aProduct({ sku, name: `Rival ${i}` }) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect(status).toBe(409);
      expect(body.code).toBe('sku-taken');
      expect(body.errors?.[0]?.field).toBe('variants[0].sku');
    }
    expect(await shop.mongo.db.collection('products').countDocuments({ 'variants.sku': sku })).toBe(1);
    expect(
      await shop.mongo.db.collection('claims').countDocuments({ owner: { $exists: true }, _id: `sku:${sku}` as never }),
    ).toBe(1);
  });

  it('gives up a SKU that a product no longer has, and takes back what a refused change had claimed', async () => {
    const [sku, kept, taken] = [randomUUID(), randomUUID(), randomUUID()].map((id) => `s-${id}`) as [
      string,
      string,
      string,
    ];
    await shop.publish(aProduct({ sku: taken }));
    const { productId } = await shop.publish(aProduct({ sku }));
    const variants = (...skus: string[]) =>
      skus.map((one, i) => ({ ...aProduct({ sku: one }).variants[0], options: { size: `S${i}` } }));
    const options = [{ name: 'size', label: 'Size', values: ['S0', 'S1'] }];
    const refused = await shop.send<ProblemBody>('PATCH', `/products/${productId}`, {
      body: { options, variants: variants(kept, taken) },
      headers: { 'if-match': '"2"' },
    });
    expect(refused.body).toMatchObject({ code: 'sku-taken', errors: [{ field: 'variants[1].sku' }] });
    const free = await shop.send('POST', '/products', { body: aProduct({ sku: kept }) });
    expect(free.status).toBe(201);

    const moved = `m-${randomUUID()}`;
    const changed = await shop.send('PATCH', `/products/${productId}`, {
      body: { variants: aProduct({ sku: moved }).variants },
      headers: { 'if-match': '"2"' },
    });
    expect(changed.status).toBe(200);
    expect((await shop.send('POST', '/products', { body: aProduct({ sku }) })).status).toBe(201);
  });

  it('takes over a SKU that a crash left claimed, but not while its write may still be under way', async () => {
    const sku = `left-${randomUUID()}`;
    const claims = shop.mongo.db.collection<{ _id: string; at: Date; owner: string; token: string }>('claims');
    const left = { owner: randomUUID(), token: 'gone' };
    await claims.insertOne({ _id: `sku:${sku}`, at: new Date(), ...left });
    expect((await shop.send('POST', '/products', { body: aProduct({ sku }) })).status).toBe(409);
    await claims.updateOne({ _id: `sku:${sku}` }, { $set: { at: new Date(Date.now() - 120_000) } });
    expect((await shop.send('POST', '/products', { body: aProduct({ sku }) })).status).toBe(201);
  });

  it('finishes a creation that crashed after its claims', async () => {
    const body = { ...aProduct({ name: 'Crashed' }), productId: randomUUID() };
    const claims = shop.mongo.db.collection<{ _id: string; at: Date; owner: string; token: string }>('claims');
    const rest = { owner: body.productId, token: 'of-the-crashed-call', at: new Date() };
    await claims.insertOne({ _id: `sku:${body.variants[0]?.sku}`, ...rest });
    expect((await shop.send('POST', '/products', { body })).status).toBe(201);
  });

  it('keeps old slugs leading to the product and gives them to nobody else', async () => {
    const { productId } = await shop.publish(aProduct({ slug: 'first-name', name: 'Named' }));
    const rename = (slug: string, version: number) =>
      shop.send<Product>('PATCH', `/products/${productId}`, {
        body: { slug },
        headers: { 'if-match': `"${version}"` },
      });
    expect((await rename('second-name', 2)).status).toBe(200);
    const byOld = await shop.get<Product>('/products/by-slug/first-name');
    expect(byOld.body).toMatchObject({ productId, slug: 'second-name' });
    const thief = await shop.send<ProblemBody>('POST', '/products', { body: aProduct({ slug: 'first-name' }) });
    expect(thief).toMatchObject({ status: 409, body: { code: 'slug-taken', errors: [{ field: 'slug' }] } });
    expect((await rename('first-name', 3)).body.slug).toBe('first-name');
    expect((await shop.get<Product>('/products/by-slug/second-name')).body.slug).toBe('first-name');
    expect((await shop.get('/products/by-slug/nowhere')).status).toBe(404);
  });

  it('makes another slug when two products have one name', async () => {
    const [first, second] = [
      await shop.publish(aProduct({ name: 'Twin vase' })),
      await shop.publish(aProduct({ name: 'Twin vase' })),
    ];
    expect(first.slug).toBe('twin-vase');
    expect(second.slug).toBe(`twin-vase-${second.productId.slice(0, 8)}`);
  });

  it('names every part that does not fit', async () => {
    const product = aProduct({ options: [{ name: 'size', label: 'Size', values: ['S'] }] });
    const variant = product.variants[0];
    const body = {
      ...product,
      category: 'mugs',
      variants: [
        { ...variant, options: { size: 'XXL', colour: 'red' } },
        {
          ...variant,
          options: {},
          prices: [
            { amountMinor: -1, currency: 'EUR' },
            { amountMinor: 1, currency: 'EUR' },
          ],
        },
      ],
    };
    const answer = await shop.send<ProblemBody>('POST', '/products', { body });
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual([
      'variants[0].options.colour',
      'variants[0].options.size',
      'variants[1].options.size',
      'variants[1].prices[0].amountMinor',
      'variants[1].prices[1].currency',
      'variants[1].sku',
    ]);
    const unknown = await shop.send<ProblemBody>('POST', '/products', { body: aProduct({ category: 'nowhere' }) });
    expect(unknown.body).toMatchObject({ code: 'unknown-category', errors: [{ field: 'category' }] });
  });

  it('publishes nothing without a price in each currency', async () => {
    const product = aProduct();
    const variants = product.variants.map((variant) => ({ ...variant, prices: variant.prices.slice(0, 1) }));
    const { body } = await shop.send<Product>('POST', '/products', { body: { ...product, variants } });
    const answer = await shop.send<ProblemBody>('POST', `/products/${body.productId}/publish`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'price-missing' } });
    expect(answer.body.errors?.map(({ message }) => message)).toEqual(['has no price in USD', 'has no price in JPY']);
  });

  it('lets merchants alone write', async () => {
    const { productId } = await shop.publish(aProduct());
    const tries = [
      shop.send('POST', '/products', { body: aProduct(), as: 'guest' }),
      shop.send('PATCH', `/products/${productId}`, {
        body: { name: 'X' },
        as: 'guest',
        headers: { 'if-match': '"2"' },
      }),
      shop.send('POST', `/products/${productId}/publish`, { as: 'guest' }),
      shop.send('POST', '/categories', { body: {}, as: 'guest' }),
      shop.send('GET', '/products/export', { as: 'guest' }),
      shop.send('POST', '/products/import', { raw: '', type: 'application/x-ndjson', as: 'guest' }),
      shop.send('POST', '/media', { raw: 'x', type: 'image/png', as: 'guest' }),
    ];
    for (const { status } of await Promise.all(tries)) expect(status).toBe(401);
  });
});
