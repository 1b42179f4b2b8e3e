import { randomUUID } from 'node:crypto';

import { connectBroker, type Broker } from '@storefront/kit/broker';
import { createLog } from '@storefront/kit/log';
import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { closeBroker, openGateway, openPeer, sharedBroker, type Gateway, type Peer } from './open-gateway.ts';

const log = createLog({ service: 'test', level: 'silent' });

describe.skipIf(whyNoBroker)(`what is said of products ${whyNoBroker}`, () => {
  let peer: Peer;
  let product: Broker;
  let gateways: Gateway[];

  beforeEach(async () => {
    peer = await openPeer();
    product = connectBroker({ ...(await sharedBroker()).account('product'), name: 'product-test', log });
    await eventually(() => {
      if (!product.publisher.isOpen) throw new Error('the publisher is not connected yet');
    });
    const first = await openGateway(peer);
    gateways = [first, await openGateway(peer, { config: first.deps.config })];
  });
  afterEach(async () => {
    for (const gateway of gateways) await gateway.close();
    await product.close();
    await peer.close();
  });
  afterAll(closeBroker);

  /** As the product service's relay sends it. */
  function say(type: 'product.changed' | 'product.unpublished', times = 1): Promise<unknown> {
    const productId = randomUUID();
    const message = () => {
      const id = randomUUID();
      const envelope = {
        specversion: '1.0',
        id,
        source: '/test/product',
        type,
        subject: productId,
        schemaversion: 1,
        aggregateversion: 2,
        time: new Date().toISOString(),
        data: { productId },
      };
      return {
        exchange: 'events',
        routingKey: type,
        messageId: id,
        content: Buffer.from(JSON.stringify(envelope)),
        contentType: 'application/cloudevents+json',
      };
    };
    return product.publisher.publish(Array.from({ length: times }, message));
  }

  const generation = async () => {
    const [{ deps }] = gateways as [Gateway];
    return Number((await deps.cache.get(`${deps.config.scope}:gateway:generation`)) ?? 0);
  };

  it.each(['product.changed', 'product.unpublished'] as const)(
    'retires what every pod keeps, in memory too: %s',
    async (type) => {
      for (const gateway of gateways) await gateway.get('/api/products');
      for (const gateway of gateways)
        expect((await gateway.get('/api/products')).headers.get('cache-status')).toContain('hit');
      peer.answers((_, response) => response.setHeader('content-type', 'application/json').end('{"items":["new"]}'));

      expect(await say(type)).toEqual(['confirmed']);
      await eventually(async () => expect(await generation()).toBe(1));

      for (const gateway of gateways) {
        gateway.later(1_001);
        expect(await (await gateway.get('/api/products')).json()).toEqual({ items: ['new'] });
      }
    },
  );

  it('is answered together when an import says it of everything', async () => {
    await say('product.changed', 400);
    await say('product.changed', 400);
    const [{ deps }] = gateways as [Gateway];
    await eventually(async () => {
      const { values } = await deps.broker.metrics.consumed.get();
      const [, { deps: other }] = gateways as [Gateway, Gateway];
      const { values: others } = await other.broker.metrics.consumed.get();
      expect([...values, ...others].reduce((sum, { value }) => sum + value, 0)).toBe(800);
    });
    // Each of two pods once a second at most.
    expect(await generation()).toBeLessThan(20);
  });
});
