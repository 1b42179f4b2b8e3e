import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../../config.ts';
import type { Site } from '../../../naming.ts';
import type { Network } from '../../network/network.ts';
import type { Account, Secrets } from '../../kubernetes/secrets.ts';
import { redis } from './redis.ts';
import { valkey } from './valkey.ts';

export type CacheArgs = {
  site: Site;
  engine: Settings['caches']['engine'];
  sizeGb: number;
  /** What is dropped when memory ends: `allkeys-lru` for what can be made anew, `noeviction` for what cannot. */
  eviction: 'allkeys-lru' | 'noeviction';
  network: Network;
  secrets: Secrets;
};

/** What an engine gives: where it is, who administers it, whom to trust. */
export type CacheServer = {
  host: Output<string>;
  port: Output<number>;
  account: Account;
  ca: Output<string>;
};

/**
 * A Memorystore: Redis in two zones with AUTH and TLS, or a Valkey cluster. A shop has two: `cache` may lose everything, `state` holds
 * carts and sessions and may not.
 *
 * Inputs: the site, engine, size, eviction, network. Outputs: `host`, `port`, Secrets of the administrator and of the CA. Cost: by
 * gigabyte and hour, twice where highly available.
 */
export class Cache extends ComponentResource {
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly adminSecret: string;
  readonly caSecret: string;

  constructor(name: string, args: CacheArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:Cache', name, {}, opts);
    const { secrets } = args;
    const server = args.engine === 'Redis' ? redis(name, args, this) : valkey(name, args, this);
    this.host = server.host;
    this.port = server.port;
    this.adminSecret = secrets.administrator(name, server.account).secretName;
    this.caSecret = secrets.authority(name, server.ca).secretName;
    this.registerOutputs({ host: this.host });
  }
}
