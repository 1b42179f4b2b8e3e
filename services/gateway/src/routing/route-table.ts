import { ms, type Duration } from '@storefront/kit/time';

import { methods, type Method, type OpenApiDocument, type Operation } from './open-api.ts';

/** A service's operation as the public sees it. Only what a document declares is reachable: deny by default. */
export interface PublicRoute {
  service: string;
  operationId: string;
  method: Method;
  /** Koa's notation: `/api/products/:productId`. */
  path: string;
  /** How long an answer to a guest may be kept and, after that, given while a new one is fetched; milliseconds. */
  cache: { maxAgeMs: number; staleMs: number } | null;
  /** Bodies that are not JSON go through as they come, neither read whole nor kept. */
  isStreamed: boolean;
}

/** `/products/{productId}` becomes `/api/products/{productId}`; pictures keep the short address that pages use. */
export function publicPath(method: Method, path: string): string {
  return method === 'get' && path.startsWith('/media/') ? path : `/api${path}`;
}

/** What the service calls the same resource. */
export function upstreamPath(path: string): string {
  return path.startsWith('/api/') ? path.slice('/api'.length) : path;
}

export function publicRoutes(documents: Record<string, OpenApiDocument>): PublicRoute[] {
  const routes = Object.entries(documents).flatMap(([service, document]) =>
    operations(document).map(({ path, method, operation }) => publicRoute(service, method, path, operation)),
  );
  return routes.toSorted(fixedSegmentsFirst);
}

/** Every operation of a document that somebody outside may call. */
export function operations(document: OpenApiDocument): { path: string; method: Method; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation && isPublic(operation) ? [{ path, method, operation }] : [];
    }),
  );
}

function isPublic(operation: Operation): boolean {
  return (operation['x-allow'] ?? []).some((kind) => kind !== 'service');
}

function publicRoute(service: string, method: Method, path: string, operation: Operation): PublicRoute {
  const cache = operation['x-cache'];
  return {
    service,
    operationId: operation.operationId ?? `${method} ${path}`,
    method,
    path: publicPath(method, path).replaceAll(/\{(\w+)\}/g, ':$1'),
    cache: cache && { maxAgeMs: ms(cache.maxAge as Duration), staleMs: cache.stale ? ms(cache.stale as Duration) : 0 },
    isStreamed: !isJson(operation.requestBody?.content) || !isJson(successContent(operation)),
  } as PublicRoute;
}

function successContent(operation: Operation): Record<string, unknown> | undefined {
  return Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1].content;
}

function isJson(content: Record<string, unknown> | undefined): boolean {
  return content === undefined || Object.keys(content).every((type) => type === 'application/json');
}

/** `/products/slugs` must be tried before `/products/:productId`. */
function fixedSegmentsFirst(a: PublicRoute, b: PublicRoute): number {
  const parameters = (path: string) => path.split('/').filter((segment) => segment.startsWith(':')).length;
  return parameters(a.path) - parameters(b.path) || a.path.localeCompare(b.path);
}
