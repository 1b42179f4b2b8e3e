import type { Route } from '@storefront/kit/http';
import { rateRoutes, type RateRoutesDeps } from './rates.ts';
import { shipmentRoutes, type ShipmentRoutesDeps } from './shipments.ts';
import { webhookRoutes, type WebhookRoutesDeps } from './webhooks.ts';

export type RoutesDeps = RateRoutesDeps & ShipmentRoutesDeps & WebhookRoutesDeps;

export const shippingRoutes = (deps: RoutesDeps): Route[] => [
  ...rateRoutes(deps),
  ...shipmentRoutes(deps),
  ...webhookRoutes(deps),
];
