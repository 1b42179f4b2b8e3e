import { createService, type Service, type Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Mongo } from '@storefront/kit/mongo';
import { systemClock, type Clock } from '@storefront/kit/time';
import type { Config } from './config.ts';
import type { MediaStore } from './domain/media.ts';
import { catalogueRoutes } from './http/routes.ts';
import { createImages } from './media/images.ts';
import { mongoCatalogue } from './store/catalogue.ts';
import { relistWorker } from './workers/relist.ts';

export type Deps = {
  config: Pick<Config, 'scope' | 'release' | 'host' | 'port' | 'callerDir' | 'currencies'>;
  log: Log;
  mongo: Pick<Mongo, 'db' | 'close'>;
  media: MediaStore;
  cursorKey: Buffer;
  clock?: Clock;
};

/** The composition root: what exists, wired once. */
export function createProduct({ config, log, mongo, media, cursorKey, clock = systemClock }: Deps): Service {
  const { currencies } = config;
  const { relisting, ...catalogue } = mongoCatalogue({ db: mongo.db, currencies, clock });
  const workers: Worker[] = [relistWorker(relisting, { log })];
  const images = createImages(media);

  return createService({
    name: 'product',
    title: 'Catalogue',
    config,
    log,
    routes: catalogueRoutes({ ...catalogue, images, currencies, cursorKey, log }),
    workers,
    connections: [mongo],
  });
}
