import { expect, it } from 'vitest';
import { parseSettings } from '../../config.ts';
import { serviceNames } from '../../config/kind/kind.ts';
import { within } from '../../tests/engine/refusals.ts';
import { type Config, packed, settingsOf } from '../../tests/engine/stacks.ts';
import { placedServices } from './placement.ts';

const placed = (services: Config, cluster: Config = {}) => {
  const { spec } = settingsOf('prod')['shop'] as { spec: Config };
  const change = { ...within('prod', 'shop', { spec: { ...spec, services } }), ...cluster };
  return placedServices(parseSettings(packed({ ...settingsOf('prod'), ...change }))) as Record<string, Config>;
};
const onServices = { nodeSelector: { 'storefront.dev/pool': 'services' } };

it('puts every service on the pool that is theirs, with what shop.spec says of it', () => {
  const services = placed({ web: { replicas: 3 } });
  expect(Object.keys(services).toSorted()).toEqual(serviceNames.toSorted());
  expect(Object.values(services).map(({ scheduling }) => scheduling)).toEqual(serviceNames.map(() => onServices));
  expect(services['web']).toEqual({ replicas: 3, scheduling: onServices });
});

it('leaves the choice to shop.spec where it makes one', () => {
  const onSpot = { 'storefront.dev/pool': 'training' };
  const tolerations = [{ key: 'storefront.dev/pool', value: 'training', effect: 'NoSchedule' }];
  const { gateway, recommendation, order } = placed({
    gateway: { scheduling: { nodeSelector: {} } },
    recommendation: { scheduling: { nodeSelector: onSpot, tolerations } },
    order: { scheduling: { priorityClassName: 'shop-critical' } },
  });
  expect(gateway).toEqual({ scheduling: { nodeSelector: {} } });
  expect(recommendation).toEqual({ scheduling: { nodeSelector: onSpot, tolerations } });
  expect(order).toEqual({ scheduling: { ...onServices, priorityClassName: 'shop-critical' } });
});

it('asks Autopilot for no pool', () => {
  expect(placed({ web: { replicas: 3 } }, within('prod', 'cluster', { mode: 'Autopilot' }))).toEqual({
    web: { replicas: 3 },
  });
});
