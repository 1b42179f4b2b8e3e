/** On which nodes the shop's pods run. */
import type { Settings } from '../../config.ts';
import { serviceNames } from '../../config/kind/kind.ts';
import { poolSelector } from '../cluster/node-pools.ts';

type Service = { scheduling?: object };

/**
 * `services` of the Storefront: each service on the pool `services`, unless `shop.spec` chooses other nodes for it. Autopilot knows no
 * pools.
 */
export function placedServices({ cluster, shop }: Pick<Settings, 'cluster' | 'shop'>): unknown {
  const { services: given = {} } = shop.spec;
  if (cluster.mode === 'Autopilot' || !isRecord(given)) return given;
  const names = [...new Set([...serviceNames, ...Object.keys(given)])];
  return Object.fromEntries(names.map((name) => [name, placed(given[name])]));
}

function placed(service: unknown = {}): unknown {
  if (!isRecord(service)) return service;
  const { scheduling } = service as Service;
  return { ...service, scheduling: { nodeSelector: poolSelector('services'), ...scheduling } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
