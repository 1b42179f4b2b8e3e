import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { callerFor, eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticCategories, syntheticProducts } from '../bench/synthetic.ts';
import type { ImportRecord, ImportReport, Product } from '../src/contract.ts';
import { aProduct, openCatalogue, type OpenCatalogue } from './catalogue.ts';

const type = 'application/x-ndjson';
const ndjson = (records: Iterable<unknown>) => Array.from(records, (record) => `${JSON.stringify(record)}\n`).join('');
const product = (changes: Parameters<typeof aProduct>[0] = {}): ImportRecord => ({
  kind: 'product',
  status: 'published',
  ...aProduct(changes),
});

describe.skipIf(!testStores)(`import and export ${whyNoStores}`, () => {
  let shop: OpenCatalogue;
  beforeAll(async () => {
    shop = await openCatalogue();
    await shop.category('mugs');
  });
  afterAll(() => shop?.close());

  async function bring(raw: string, query = ''): Promise<ImportReport[]> {
    const { status, body } = await shop.send<string>('POST', `/products/import${query}`, { raw, type });
    expect(status).toBe(200);
    return body === ''
      ? []
      : body
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as ImportReport);
  }
  const outcomes = (reports: ImportReport[]) => reports.map(({ outcome }) => outcome);

  it('reports a line for each record, in order, and changes nothing the second time', async () => {
    const raw = ndjson([...syntheticCategories(), ...syntheticProducts(250)]);
    const first = await bring(raw);
    expect(first.map(({ line }) => line)).toEqual(Array.from({ length: 376 }, (_, i) => i + 1));
    expect(new Set(outcomes(first))).toEqual(new Set(['created']));
    const second = await bring(raw);
    expect(new Set(outcomes(second))).toEqual(new Set(['unchanged']));
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect((await shop.list('category=department-0')).items).not.toEqual([]);
  });

  it('updates what differs and keeps the product', async () => {
    const record = product({ name: 'Imported', sku: 'imported-1' });
    const [created] = await bring(ndjson([record]));
    const [updated] = await bring(ndjson([{ ...record, name: 'Imported anew' }]));
    expect([created?.outcome, updated?.outcome]).toEqual(['created', 'updated']);
    expect(updated?.id).toBe(created?.id);
    const { body } = await shop.get<Product>(`/products/${updated?.id}`);
    expect(body).toMatchObject({ name: 'Imported anew', version: 2, slug: 'imported' });
    const [taken] = await bring(ndjson([{ ...record, name: 'Imported anew', status: 'draft' }]));
    expect(taken?.outcome).toBe('updated');
    expect((await shop.get(`/products/${updated?.id}`)).status).toBe(404);
  });

  it('refuses a bad line with its fields and goes on', async () => {
    const good = ndjson([product({ name: 'After' })]);
    const lines = [
      'not json',
      '',
      '{"kind":"product"}',
      '{"kind":"elephant"}',
      JSON.stringify({ ...product(), surprise: true, name: { $gt: '' } }),
      JSON.stringify(product({ category: 'nowhere' })),
      JSON.stringify({ ...product(), variants: [] }),
      `{"kind":"product","name":"${'x'.repeat(600_000)}"}`,
    ];
    const reports = await bring(`${lines.join('\n')}\n${good}`);
    expect(reports.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'refused'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'refused'],
      [6, 'refused'],
      [7, 'refused'],
      [8, 'refused'],
      [9, 'created'],
    ]);
    const fields = (line: number) => reports.find((report) => report.line === line)?.errors?.map(({ field }) => field);
    expect(fields(1)).toEqual(['line']);
    expect(fields(3)).toEqual(expect.arrayContaining(['name', 'variants', 'category']));
    expect(fields(4)).toEqual(['kind']);
    expect(fields(5)).toEqual(expect.arrayContaining(['surprise', 'name']));
    expect(fields(6)).toEqual(['category']);
    expect(fields(8)).toEqual(['line']);
  });

  it('knows products of one batch that share a SKU, a slug or an id', async () => {
    const [a, b] = [product({ name: 'Same name', sku: 'batch-a' }), product({ name: 'Same name', sku: 'batch-b' })];
    const rival = product({ name: 'Rival', sku: 'batch-a' });
    const again = { ...a, name: 'Same name, changed' };
    const variants = aProduct({ sku: 'batch-c' }).variants.concat(aProduct({ sku: 'batch-b' }).variants);
    const thief = { ...product({ name: 'Thief' }), variants };
    const reports = await bring(ndjson([a, b, rival, again, thief]));
    expect(outcomes(reports)).toEqual(['created', 'created', 'updated', 'updated', 'refused']);
    expect(new Set(reports.slice(0, 2).map(({ id }) => id)).size).toBe(2);
  });

  it('brings categories before the products in them, in one stream', async () => {
    const raw = ndjson([
      { kind: 'category', slug: 'fresh', name: 'Fresh', parent: null, position: 0 },
      product({ category: 'fresh' }),
      { kind: 'category', slug: 'fresher', name: 'Fresher', parent: 'fresh', position: 0 },
      { kind: 'category', slug: 'fresh', name: 'Loop', parent: 'fresher', position: 0 },
      product({ category: 'fresher' }),
    ]);
    expect(outcomes(await bring(raw))).toEqual(['created', 'created', 'created', 'refused', 'created']);
  });

  it('goes on from a line', async () => {
    const raw = ndjson([product(), product(), product()]);
    expect((await bring(raw, '?from=3')).map(({ line }) => line)).toEqual([3]);
  });

  it('loses nothing when the connection breaks halfway', async () => {
    const records = [...syntheticProducts(1000, 5000)];
    const raw = ndjson(records);
    await breakOff(shop.url, raw.slice(0, raw.length - 100));
    const ids = records.map((record) => ('productId' in record ? record.productId : undefined)) as never[];
    await eventually(async () => {
      expect(await shop.mongo.db.collection('products').countDocuments({ _id: { $in: ids } })).toBeGreaterThan(0);
    });
    const reports = await bring(raw);
    expect(reports).toHaveLength(1000);
    expect(new Set(outcomes(reports))).toEqual(new Set(['created', 'unchanged']));
    expect(new Set(outcomes(await bring(raw)))).toEqual(new Set(['unchanged']));
  }, 60_000);

  it('exports what can be imported into an empty shop, and goes on after the last line received', async () => {
    const { body } = await shop.send<string>('GET', '/products/export');
    const other = await openCatalogue();
    try {
      const answer = await other.send<string>('POST', '/products/import', { raw: body, type });
      expect(answer.body).not.toContain('refused');
      expect((await other.send<string>('GET', '/products/export')).body).toBe(body);
    } finally {
      await other.close();
    }
    const lines = body.trimEnd().split('\n');
    const middle = JSON.parse(lines.at(-10) ?? '{}') as { productId: string };
    const rest = await shop.send<string>('GET', `/products/export?cursor=${middle.productId}`);
    expect(rest.body.trimEnd().split('\n')).toEqual(lines.slice(-9));
  }, 60_000);
});

/** Sends the text and breaks the connection as soon as the first report comes. */
async function breakOff(url: string, text: string): Promise<void> {
  const headers = { ...(await callerFor('merchant', { audience: 'product' })), 'content-type': type };
  const sending = request(`${url}/products/import`, { method: 'POST', headers });
  sending.on('error', () => undefined);
  sending.write(text);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  await once(response, 'data');
  sending.destroy();
}
