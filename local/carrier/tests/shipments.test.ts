import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../simulator/faults/rules.ts';
import { addresses, apiKey, connect, openTestDesk, shipmentTo, type EasyPost, type TestDesk } from './desk.ts';

let desk: TestDesk;
let easypost: EasyPost;
beforeAll(async () => {
  desk = await openTestDesk();
  easypost = desk.easypost;
});
afterAll(() => desk.close());
afterEach(async () => {
  await desk.control.put('faults', []);
  await desk.control.put('carrier', { labelAfterMs: 0, pricePercent: 0 });
});

let references = 0;
const nextReference = () => `shipment-${(references += 1)}`;
const create = (reference = nextReference()) => easypost.Shipment.create(shipmentTo('home', reference));
const buyCheapest = async (reference = nextReference()) => {
  const shipment = await create(reference);
  return easypost.Shipment.buy(shipment.id, shipment.lowestRate());
};
const labelsOf = async (reference: string) => (await desk.labels()).filter((label) => label.reference === reference);
const setFault = (rule: FaultRule) => desk.control.put('faults', [rule]);

describe('a shipment', () => {
  it('has rates, is bought, has a label that can be fetched', async () => {
    const shipment = await create('s-whole');
    expect(shipment.rates.map(({ service }) => service)).toEqual(['GroundAdvantage', 'Priority', 'Express']);
    expect(shipment).toMatchObject({
      reference: 's-whole',
      postage_label: null,
      tracking_code: null,
      selected_rate: null,
    });

    const bought = await easypost.Shipment.buy(shipment.id, shipment.lowestRate());
    expect(bought).toMatchObject({ selected_rate: { service: 'GroundAdvantage', rate: '4.67' }, status: 'unknown' });
    expect(bought.tracking_code).toMatch(/^94\d{20}$/);
    expect(await labelsOf('s-whole')).toMatchObject([{ shipment: shipment.id, amount: 467, voidedAt: null }]);

    const png = await fetch(bought.postage_label.label_url);
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const converted = await easypost.Shipment.convertLabelFormat(shipment.id, 'PDF');
    const pdf = await (await fetch(converted.postage_label.label_pdf_url)).text();
    expect(pdf.startsWith('%PDF-1.4')).toBe(true);
    expect(pdf).toContain('A. Buyer');
  });

  it('is found by its reference, bought or not', async () => {
    const { id } = await create('s-found');
    expect((await easypost.Shipment.retrieve('s-found')).id).toBe(id);
    await expect(easypost.Shipment.retrieve('s-none')).rejects.toMatchObject({ code: 'NOT_FOUND', statusCode: 404 });
  });

  it('is listed once it is bought, a page at a time', async () => {
    const references = ['s-page-1', 's-page-2', 's-page-3'];
    for (const reference of references) await buyCheapest(reference);
    await create('s-page-unbought');
    const first = await easypost.Shipment.all({ page_size: 2 });
    expect(first.shipments.map(({ reference }) => reference)).toEqual(['s-page-3', 's-page-2']);
    expect(first.has_more).toBe(true);
    const second = await easypost.Shipment.getNextPage(first, 2);
    expect(second.shipments[0]?.reference).toBe('s-page-1');
    const all = await easypost.Shipment.all({ page_size: 1, purchased: false });
    expect(all.shipments[0]?.reference).toBe('s-page-unbought');
  });

  it('cannot be bought twice', async () => {
    const bought = await buyCheapest('s-twice');
    const again = easypost.Shipment.buy(bought.id, bought.rates[1] as never);
    await expect(again).rejects.toMatchObject({ code: 'SHIPMENT.POSTAGE.EXISTS', statusCode: 422 });
    expect(await labelsOf('s-twice')).toHaveLength(1);
  });

  it('bought twice at once, one is told that the other is on its way', async () => {
    const shipment = await create('s-race');
    await setFault({ match: { route: 'POST /v2/shipments/:id/buy', nth: 1 }, fault: { kind: 'slow', byMs: 200 } });
    const buys = [1, 2].map(() => easypost.Shipment.buy(shipment.id, shipment.lowestRate()));
    const outcomes = await Promise.allSettled(buys);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await labelsOf('s-race')).toHaveLength(1);
  });

  it('goes abroad by other services', async () => {
    const to = { ...addresses.home, country: 'DE', zip: '10115', city: 'Berlin', state: '' };
    const { rates } = await easypost.Shipment.create({ ...shipmentTo('home', nextReference()), to_address: to });
    expect(rates.map(({ service }) => service)).toContain('PriorityMailInternational');
  });

  it('to an address that there is not is refused when it is bought, for good', async () => {
    const shipment = await easypost.Shipment.create(shipmentTo('nowhere', 's-nowhere'));
    const buy = easypost.Shipment.buy(shipment.id, shipment.lowestRate());
    await expect(buy).rejects.toMatchObject({ code: 'SHIPMENT.POSTAGE.FAILURE' });
    expect(await labelsOf('s-nowhere')).toEqual([]);
    const address = { ...addresses.nowhere, verify: true };
    const { verifications } = await easypost.Address.create(address);
    expect(verifications.delivery.success).toBe(false);
  });

  it('is rated anew at the prices of the day; an old rate is not sold', async () => {
    const shipment = await create('s-rates');
    await desk.control.put('carrier', { pricePercent: 10 });
    await desk.control.put('clock', { advanceMs: 7 * 24 * 3600 * 1000 });
    const old = easypost.Shipment.buy(shipment.id, shipment.lowestRate());
    await expect(old).rejects.toMatchObject({ code: 'SHIPMENT.RATE.EXPIRED' });
    const rated = await easypost.Shipment.regenerateRates(shipment.id);
    expect(rated.lowestRate().rate).toBe('5.14');
    await easypost.Shipment.buy(shipment.id, rated.lowestRate());
    expect(await labelsOf('s-rates')).toMatchObject([{ amount: 514 }]);
  });

  it('is refused with what is wrong', async () => {
    const wrong = { ...shipmentTo('home', 's-wrong'), parcel: { weight: -1 } };
    await expect(easypost.Shipment.create(wrong)).rejects.toMatchObject({ statusCode: 422, code: 'PARAMETER.INVALID' });
    await expect(connect(desk.url, { key: 'EZTKwrong' }).Shipment.all()).rejects.toMatchObject({ statusCode: 401 });
  });
});

describe('a carrier whose labels come later', () => {
  it('sells first and prints after a while', async () => {
    await desk.control.put('carrier', { labelAfterMs: 60_000 });
    const bought = await buyCheapest('l-later');
    expect(bought).toMatchObject({
      postage_label: null,
      tracking_code: null,
      selected_rate: { service: 'GroundAdvantage' },
    });
    expect(await labelsOf('l-later')).toHaveLength(1);
    await desk.control.put('clock', { advanceMs: 60_000 });
    const ready = await easypost.Shipment.retrieve(bought.id);
    expect(ready.tracking_code).toMatch(/^94/);
    expect(ready.postage_label.label_url).toContain(ready.tracking_code);
  });

  it('never prints, where it is told so; the label can be voided', async () => {
    await desk.control.put('carrier', { labelAfterMs: null });
    const bought = await buyCheapest('l-never');
    await desk.control.put('clock', { advanceMs: 24 * 3600 * 1000 });
    expect(await easypost.Shipment.retrieve(bought.id)).toMatchObject({ postage_label: null });
    expect(await easypost.Shipment.refund(bought.id)).toMatchObject({ refund_status: 'submitted' });
  });
});

describe('a label', () => {
  it('is voided: void at once, paid back later, never sold again', async () => {
    const { id, rates } = await buyCheapest('v-void');
    expect(await easypost.Shipment.refund(id)).toMatchObject({ refund_status: 'submitted' });
    await expect(easypost.Shipment.refund(id)).rejects.toMatchObject({ code: 'SHIPMENT.REFUND.UNAVAILABLE' });
    await desk.control.put('clock', { advanceMs: 3_600_000 });
    expect(await easypost.Shipment.retrieve(id)).toMatchObject({ refund_status: 'refunded' });
    const [label] = await labelsOf('v-void');
    expect(label?.voidedAt).toBeGreaterThan(label?.voidAskedAt ?? Infinity);
    await expect(easypost.Shipment.buy(id, rates[0] as never)).rejects.toMatchObject({
      code: 'SHIPMENT.POSTAGE.EXISTS',
    });
  });

  it('is not voided once a scanner saw it', async () => {
    const { id, tracking_code: code } = await buyCheapest('v-late');
    await desk.control.post(`trackers/${code}/move`, { to: 'in_transit' });
    await expect(easypost.Shipment.refund(id)).rejects.toMatchObject({ code: 'SHIPMENT.REFUND.UNAVAILABLE' });
    await expect(easypost.Shipment.refund((await create()).id)).rejects.toMatchObject({
      code: 'SHIPMENT.POSTAGE.REQUIRED',
    });
  });
});

describe('a fault', () => {
  it('loses the answer of a purchase: the reference finds the one label', async () => {
    const shipment = await create('f-lost');
    await setFault({ match: { route: 'POST /v2/shipments/:id/buy', times: 1 }, fault: { kind: 'lost-response' } });
    await expect(easypost.Shipment.buy(shipment.id, shipment.lowestRate())).rejects.toThrow('socket hang up');
    const found = await easypost.Shipment.retrieve('f-lost');
    expect(found.tracking_code).toMatch(/^94/);
    expect(await labelsOf('f-lost')).toHaveLength(1);
  });

  it.each([
    ['error-after-commit', 500, 1],
    ['error-before-commit', 500, 0],
    ['rate-limit', 429, 0],
    ['conflict', 409, 0],
  ] as const)('%s answers %i with %i labels', async (kind, statusCode, count) => {
    const shipment = await create(`f-${kind}`);
    await setFault({ match: { route: 'POST /v2/shipments/:id/buy', times: 1 }, fault: { kind } });
    await expect(easypost.Shipment.buy(shipment.id, shipment.lowestRate())).rejects.toMatchObject({ statusCode });
    expect(await labelsOf(`f-${kind}`)).toHaveLength(count);
  });

  it('hangs, with the label bought', async () => {
    const shipment = await create('f-hang');
    await setFault({ match: { route: 'POST /v2/shipments/:id/buy', nth: 1 }, fault: { kind: 'hang', forMs: 300 } });
    const buy = easypost.Shipment.buy(shipment.id, shipment.lowestRate());
    await expect.poll(() => labelsOf('f-hang')).toHaveLength(1);
    await expect(easypost.Shipment.buy(shipment.id, shipment.lowestRate())).rejects.toMatchObject({
      code: 'SHIPMENT.PURCHASE.IN_PROGRESS',
    });
    expect((await buy).tracking_code).toMatch(/^94/);
  });

  it('is down for an hour of simulated time', async () => {
    await setFault({ match: { route: '*', lastsMs: 3_600_000 }, fault: { kind: 'down' } });
    await expect(create('f-down')).rejects.toThrow('socket hang up');
    await desk.control.put('clock', { advanceMs: 3_600_000 });
    expect(await create('f-down')).toMatchObject({ reference: 'f-down' });
  });

  it('is set by the control token alone', async () => {
    const headers = { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` };
    expect((await fetch(`${desk.url}/simulator/faults`, { headers })).status).toBe(401);
  });
});
