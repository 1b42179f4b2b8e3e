import {
  answerOf,
  callerFor,
  failuresOf,
  hostileBodies,
  routesWithBodies,
  sampleOf,
  strangeSegments,
  whyNoBroker,
  type ApiDocument,
} from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openapi from '../openapi.json' with { type: 'json' };
import { aParcel, anOrder, openGround, openShipping, type Ground, type Shipping } from './open-shipping.ts';

const document = openapi as unknown as ApiDocument;
const routes = routesWithBodies(document).filter(({ isInternal }) => isInternal);
const { address, carrier, service, price } = aParcel();
const samples = { address, carrier, service, price };

describe.skipIf(whyNoBroker)(`hostile requests for parcels ${whyNoBroker}`, { timeout: 240_000 }, () => {
  let ground: Ground;
  let shipping: Shipping;
  beforeAll(async () => {
    ground = await openGround();
    shipping = await openShipping(ground, { patience: '1s' });
  });
  afterAll(async () => {
    await shipping?.stop();
    await ground?.close();
  });

  const send = async (method: string, path: string, content: { body?: string; contentType?: string } = {}) =>
    answerOf(shipping.url + path, {
      method,
      caller: await callerFor('service', { audience: 'shipping', sub: 'order' }),
      ...content,
    });
  const fill = (path: string) => path.replace('{orderId}', anOrder()).replace('{parcel}', '1');

  it.each(routes)('break nothing at $method $path', async ({ method, path, schema }) => {
    const bodies = hostileBodies(schema, document, { samples });
    expect(await failuresOf(bodies, (hostile) => send(method, fill(path), hostile))).toEqual([]);
    const body = JSON.stringify(sampleOf(schema, document, samples));
    expect((await send(method, fill(path), { body })).status).toBe(200);
  });

  it('find no parcel by a strange name', async () => {
    for (const segment of strangeSegments) {
      const answers = [
        await send('GET', `/shipments/${segment}`),
        await send('GET', `/shipments/${anOrder()}?fresh=${segment}`),
        await send('POST', `/shipments/${anOrder()}/${segment}/void`),
        await send('POST', `/shipments/${segment}/1/hand-over`),
      ];
      for (const { status } of answers) expect([400, 404], segment.slice(0, 80)).toContain(status);
    }
  });
});
