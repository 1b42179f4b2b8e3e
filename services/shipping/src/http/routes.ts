import type { Route } from '@storefront/kit/http';
import { quoteRoutes, type QuoteRoutesDeps } from './quotes.ts';
import { rateRoutes, type RateRoutesDeps } from './rates.ts';
import { shipmentRoutes, type ShipmentRoutesDeps } from './shipments.ts';
import { webhookRoutes, type WebhookRoutesDeps } from './webhooks.ts';

export type RoutesDeps = RateRoutesDeps & QuoteRoutesDeps & ShipmentRoutesDeps & WebhookRoutesDeps;

export const shippingRoutes = (deps: RoutesDeps): Route[] => [
  ...rateRoutes(deps),
  ...quoteRoutes(deps),
  ...shipmentRoutes(deps),
  ...webhookRoutes(deps),
];
