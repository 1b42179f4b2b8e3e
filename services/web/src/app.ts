import type { Client } from '@storefront/kit/client';
import { createService, type Service } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { gatewayCatalogue } from './clients/gateway-catalogue.ts';
import { rememberCategories } from './clients/remembered-categories.ts';
import type { Config } from './config.ts';
import { siteName, type Assets, type Site } from './domain/site.ts';
import type { Answer } from './http/answer.ts';
import { assets } from './http/assets.ts';
import { pages } from './http/pages.ts';
import { createPublisher, type Render } from './http/publisher.ts';
import { robots } from './http/robots.ts';
import { sitemaps } from './http/sitemaps.ts';

export type Deps = {
  config: Config;
  log: Log;
  /** Of the shop's public API. */
  gateway: Client;
  /** Writes a page as HTML: the built renderer, or in a test the components themselves. */
  render: Render;
  build: { assets: Assets; files: ReadonlyMap<string, Answer> };
  cacheBytes?: number;
};

/** Some 500 pages; the whole process is to stay near 110 MiB. */
const defaultCacheBytes = 24 * 1024 * 1024;

export function createWeb({ config, log, gateway, render, build, cacheBytes = defaultCacheBytes }: Deps): Service {
  const [first = 'EUR', ...others] = config.currencies;
  const site: Site = {
    name: siteName(config.scope),
    locale: config.locale,
    publicUrl: config.publicUrl.replace(/\/+$/, ''),
    currencies: [first, ...others],
    assets: build.assets,
  };
  const catalogue = rememberCategories(gatewayCatalogue(gateway));
  const metrics = createMetrics({ service: 'web', scope: config.scope });

  return createService({
    name: 'web',
    config,
    log,
    metrics,
    routes: [],
    middleware: [
      assets(build.files),
      robots(site),
      sitemaps(site, catalogue),
      pages({ publisher: createPublisher(site, catalogue, render), log, metrics, cacheBytes }),
    ],
    connections: [gateway],
  });
}
