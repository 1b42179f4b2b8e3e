import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, testConfig, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  anOrder,
  clientOf,
  from,
  openGround,
  openShipping,
  takeEvents,
  type Ground,
  type Shipping,
} from './open-shipping.ts';
import { apiKey, webhookSecret } from './peer/carrier.ts';
import type { Given } from './peer/interrupted.ts';

/** Longer than any lease. */
const laterMs = 10 * 60_000;

describe.skipIf(whyNoBroker)(`a process that is killed ${whyNoBroker}`, { timeout: 60_000 }, () => {
  let ground: Ground;
  /** Another instance; once the first is killed, some minutes ahead, so that every lease is over. */
  let other: Shipping;
  beforeAll(async () => {
    ground = await openGround();
    other = await openShipping(ground);
  });
  afterAll(async () => {
    await other?.stop();
    await ground?.close();
  });

  async function start(point: Given['point']) {
    const { shards, username, password } = ground.shards;
    const given: Given = {
      point,
      config: testConfig('shipping'),
      shards,
      account: { username, password },
      from,
      broker: ground.broker.account('shipping'),
      carrier: { url: ground.carrier.url, apiKey, webhookSecret },
    };
    const child = fork(join(import.meta.dirname, 'peer/interrupted.ts'), [JSON.stringify(given)]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return { child, ...clientOf(url) };
  }
  /** Kills it where it stands once it is there; then time passes. */
  async function killed(child: ChildProcess, request: Promise<unknown>): Promise<void> {
    const failed = request.catch(String);
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await failed).toContain('fetch failed');
    letTimePass();
  }
  function letTimePass() {
    other.ahead(laterMs);
    onTestFinished(() => other.ahead(-laterMs));
  }
  const becomes = (orderId: string, status: string) =>
    eventually(
      async () => {
        const shipment = await other.one(orderId);
        expect(shipment.status).toBe(status);
        return shipment;
      },
      { within: '15s' },
    );
  async function expectTold(orderId: string, status: string) {
    const told: string[] = [];
    await eventually(async () => {
      told.push(
        ...(await takeEvents(ground)).filter(({ data }) => data.orderId === orderId).map(({ data }) => data.status),
      );
      expect(told).toEqual([status]);
    });
  }

  it.each(['create before', 'create after', 'buy before', 'buy after'] as const)(
    'at "%s" leaves one label, bought by another instance or found',
    async (point) => {
      const { child, want } = await start(point);
      const orderId = anOrder();
      await killed(child, want(orderId));
      const { shipmentId, trackingCode } = await becomes(orderId, 'labelled');
      expect(await ground.carrier.labels(shipmentId)).toMatchObject([{ trackingCode, voidAskedAt: null }]);
      await expectTold(orderId, 'labelled');
      expect((await other.want(orderId)).body).toMatchObject({ shipmentId, trackingCode });
    },
  );

  it.each(['find before', 'find after', 'void before', 'void after'] as const)(
    'at "%s" leaves no label that was to be voided',
    async (point) => {
      const orderId = anOrder();
      const { body } = await other.want(orderId);
      const { child, void: voidLabel } = await start(point);
      await killed(child, voidLabel(orderId));
      await becomes(orderId, 'voided');
      const labels = await ground.carrier.labels(body.shipmentId);
      expect(labels).toHaveLength(1);
      expect(labels[0]?.voidAskedAt).not.toBeNull();
      await expectTold(orderId, 'voided');
    },
  );

  it.each(['buy before', 'buy after'] as const)(
    'at "%s" and voided meanwhile leaves none that can be used',
    async (point) => {
      const { child, want } = await start(point);
      const orderId = anOrder();
      await killed(child, want(orderId));
      expect((await other.void(orderId)).status).toBe(200);
      const { shipmentId } = await becomes(orderId, 'voided');
      const labels = await ground.carrier.labels(shipmentId);
      expect(labels.filter(({ voidAskedAt }) => voidAskedAt === null)).toEqual([]);
    },
  );

  it('that is told to stop does not wait for a carrier that hangs; the label is one', async () => {
    const orderId = anOrder();
    await ground.carrier.faults({
      match: { route: 'POST /v2/shipments/:id/buy', times: 1 },
      fault: { kind: 'hang', forMs: 25_000 },
    });
    const stopping = await openShipping(ground, { patience: '1s' });
    expect((await stopping.want(orderId)).body.status).toBe('wanted');
    const from = performance.now();
    await stopping.stop();
    expect(performance.now() - from).toBeLessThan(12_000);
    letTimePass();
    const { shipmentId } = await becomes(orderId, 'labelled');
    expect(await ground.carrier.labels(shipmentId)).toHaveLength(1);
  });
});
