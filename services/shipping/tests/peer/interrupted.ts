/**
 * The service in a process of its own that stops for ever at one point and says so, so that a test can kill it there: before the carrier is
 * called (what precedes is committed), or when it has answered (nothing that follows is). `interrupted.ts '{ point, url, … }'`.
 */
import { connectBroker } from '@storefront/kit/broker';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { connectShards, type ShardSettings } from '@storefront/kit/postgres';
import type { CommonConfig } from '@storefront/kit/config';
import { createShipping } from '../../src/app.ts';
import { createEasyPostCarrier } from '../../src/carriers/easypost-carrier.ts';
import type { Carrier } from '../../src/domain/carrier.ts';
import type { Tables } from '../../src/store/tables.ts';

type Account = { url: string; username: string; password: string };
export type Given = {
  point: `${'create' | 'buy' | 'void' | 'find'} ${'before' | 'after'}`;
  config: CommonConfig;
  shards: readonly ShardSettings[];
  account: { username: string; password: string };
  broker: Account;
  carrier: { url: string; apiKey: string; webhookSecret: string };
  from: Parameters<typeof createEasyPostCarrier>[0]['from'];
};

const given = JSON.parse(process.argv[2] ?? '') as Given;
const log = createLog({ service: 'shipping', level: 'silent' });
const [call, moment] = given.point.split(' ') as [keyof Carrier, string];

async function reached(): Promise<never> {
  process.send?.({ reached: given.point });
  return new Promise<never>(() => {});
}

const easypost = createEasyPostCarrier({ name: 'easypost', ...given.carrier, from: given.from });
const interrupted = new Proxy(easypost, {
  get(carrier, name: keyof Carrier) {
    const value = carrier[name];
    if (typeof value !== 'function') return value;
    const work = (value as (...args: unknown[]) => unknown).bind(carrier);
    if (name !== call) return work;
    return async (...args: unknown[]) => {
      if (moment === 'after') await work(...args);
      return reached();
    };
  },
});

const shipping = createShipping({
  config: given.config,
  log,
  shards: connectShards<Tables>({ shards: given.shards, ...given.account, log, name: 'shipping' }),
  broker: connectBroker({ ...given.broker, name: 'shipping', log }),
  cart: createClient({ name: 'cart', baseUrl: 'http://127.0.0.1:9' }),
  carriers: [interrupted],
  patience: '20s',
  // It looks after nothing that is not its own.
  lookEvery: '1h',
});
const { url } = await shipping.start();
process.send?.({ url });
