import type { Broker } from '@storefront/kit/broker';
import { createService, type Service, type Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Metrics } from '@storefront/kit/metrics';
import type { Mongo } from '@storefront/kit/mongo';
import { systemClock, type Clock } from '@storefront/kit/time';
import type { Config } from './config.ts';
import type { MediaStore } from './domain/media.ts';
import { announcements } from './events/announcements.ts';
import { catalogueRoutes } from './http/routes.ts';
import { createImages } from './media/images.ts';
import { mongoCatalogue } from './store/catalogue.ts';
import { createHints } from './store/hints.ts';
import { relistWorker } from './workers/relist.ts';
import { stockWorkers } from './workers/stock.ts';

export type Deps = {
  config: Pick<Config, 'scope' | 'release' | 'host' | 'port' | 'callerDir' | 'currencies'>;
  log: Log;
  mongo: Pick<Mongo, 'db' | 'close'>;
  media: MediaStore;
  cursorKey: Buffer;
  /** Without one nothing is announced: what waits stays in its documents. */
  broker?: Broker;
  metrics?: Metrics;
  clock?: Clock;
};

/** The composition root: what exists, wired once. */
export function createProduct({ config, log, mongo, media, cursorKey, ...deps }: Deps): Service {
  const { currencies, scope } = config;
  const { broker, metrics, clock = systemClock } = deps;
  const hints = createHints();
  const { relisting, ...catalogue } = mongoCatalogue({ db: mongo.db, currencies, clock, hints });
  const workers: Worker[] = [
    relistWorker(relisting, { log, hints }),
    ...stockWorkers(catalogue.stock, { log, hints }),
    ...(broker ? [announcements({ db: mongo.db, broker, scope, log, clock, hints })] : []),
  ];
  const images = createImages(media);

  return createService({
    name: 'product',
    title: 'Catalogue and stock',
    config,
    log,
    routes: catalogueRoutes({ ...catalogue, images, currencies, cursorKey, log }),
    workers,
    connections: broker ? [broker, media, mongo] : [media, mongo],
    ...(metrics ? { metrics } : {}),
  });
}
