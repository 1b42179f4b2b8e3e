import type { Client } from '@storefront/kit/client';
import { createService, type Service } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { createMetrics } from '@storefront/kit/metrics';
import { systemClock } from '@storefront/kit/time';
import { gatewaySale } from './clients/gateway-sale.ts';
import { rememberSettings } from './clients/remembered-settings.ts';
import { gatewayCatalogue } from './clients/gateway-catalogue.ts';
import { rememberCategories } from './clients/remembered-categories.ts';
import type { Config } from './config.ts';
import { siteName, type Assets, type Site } from './domain/site.ts';
import type { Answer } from './http/answer.ts';
import { assets } from './http/assets.ts';
import { pages } from './http/pages.ts';
import { createPublisher, type Render } from './http/publisher.ts';
import { robots } from './http/robots.ts';
import { cartRoutes } from './http/sale/cart.ts';
import { checkoutRoutes } from './http/sale/checkout.ts';
import { orderEvents } from './http/sale/order-events.ts';
import { orderRoutes } from './http/sale/order.ts';
import { salePages } from './http/sale/sale-pages.ts';
import { sitemaps } from './http/sitemaps.ts';

export type Deps = {
  config: Config;
  log: Log;
  /** Of the shop's public API. */
  gateway: Client;
  /** The same, for streams: each takes a connection for as long as it is open. */
  gatewayStreams: Client;
  /** Writes a page as HTML: the built renderer, or in a test the components themselves. */
  render: Render;
  build: { assets: Assets; files: ReadonlyMap<string, Answer> };
  cacheBytes?: number;
  /** Ages the kept pages: milliseconds that only go up. */
  now?: () => number;
};

/** Some 500 pages; the whole process is to stay near 110 MiB. */
const defaultCacheBytes = 24 * 1024 * 1024;

export function createWeb(deps: Deps): Service {
  const { config, log, gateway, gatewayStreams, render, build, now, cacheBytes = defaultCacheBytes } = deps;
  const site = siteOf(config, build.assets);
  const catalogue = rememberCategories(gatewayCatalogue(gateway));
  const metrics = createMetrics({ service: 'web', scope: config.scope });
  const sale = gatewaySale(gateway);
  const settings = rememberSettings(sale);
  const events = orderEvents(gatewayStreams, { isSecure: site.publicUrl.startsWith('https:') });
  const routes = [
    ...cartRoutes(sale, site),
    ...checkoutRoutes({ sale, settings, site }),
    ...orderRoutes({ sale, settings, site, clock: systemClock }),
  ];

  const service = createService({
    name: 'web',
    config,
    log,
    metrics,
    routes: [],
    middleware: [
      assets(build.files),
      robots(site),
      sitemaps(site, catalogue),
      events.middleware,
      salePages(routes, { site, catalogue, render, log }),
      pages({ publisher: createPublisher(site, catalogue, render), log, metrics, cacheBytes, now }),
    ],
    connections: [gateway, gatewayStreams],
  });
  // Streams end by themselves only when their order does: the end of the process must not wait for that.
  const stop = () => {
    events.close();
    return service.stop();
  };
  return { ...service, stop };
}

function siteOf(config: Config, assets: Assets): Site {
  const [first = 'EUR', ...others] = config.currencies;
  return {
    name: siteName(config.scope),
    locale: config.locale,
    publicUrl: config.publicUrl.replace(/\/+$/, ''),
    currencies: [first, ...others],
    countries: config.countries,
    timeZone: config.timeZone,
    assets,
  };
}
