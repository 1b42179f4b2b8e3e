import type { Route } from '@storefront/kit/http';
import { eventRoutes, type EventRoutesDeps } from './events.ts';
import { orderRoutes, type OrderRoutesDeps } from './orders.ts';
import { shipmentRoutes, type ShipmentRoutesDeps } from './shipments.ts';

export type RoutesDeps = OrderRoutesDeps & EventRoutesDeps & ShipmentRoutesDeps;

/** The whole API. */
export const routesOf = (deps: RoutesDeps): Route[] => [
  ...orderRoutes(deps),
  ...eventRoutes(deps),
  ...shipmentRoutes(deps),
];
