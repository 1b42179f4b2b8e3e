import { ms, type Duration } from '@storefront/kit/time';

import { methods, type Method, type OpenApiDocument, type Operation } from './open-api.ts';

/**
 * How bodies go through. `whole`: read, then passed on, so that a call can be refused or kept. `bytes`: as they come, neither read
 * whole nor kept. `events`: server-sent events, for as long as somebody listens.
 */
export type Transport = 'whole' | 'bytes' | 'events';

/** A service's operation as the public sees it. Only what a document declares is reachable: deny by default. */
export interface PublicRoute {
  service: string;
  operationId: string;
  method: Method;
  /** Koa's notation: `/api/products/:productId`. */
  path: string;
  /** How long an answer to a guest may be kept and, after that, given while a new one is fetched; milliseconds. */
  cache: { maxAgeMs: number; staleMs: number } | null;
  transport: Transport;
  /** A read that is counted as a write. */
  isCostly: boolean;
  /** Called by another company's servers, which sign the body's bytes. */
  isWebhook: boolean;
  /** A write that changes what all guests are given alike. */
  retiresCache: boolean;
}

/** `/products/{productId}` becomes `/api/products/{productId}`; pictures and webhooks keep the address that others were told. */
export function publicPath(method: Method, path: string): string {
  const isPicture = method === 'get' && path.startsWith('/media/');
  return isPicture || isWebhookPath(path) ? path : `/api${path}`;
}

/** What the service calls the same resource. */
export function upstreamPath(path: string): string {
  return path.startsWith('/api/') ? path.slice('/api'.length) : path;
}

/** A path that a service names in `Location`, as the public knows it; anything else stays as it is. */
export function publicLocation(location: string): string {
  const isPath = /^\/(?!\/)/.test(location);
  return isPath ? publicPath('get', location) : location;
}

export function publicRoutes(documents: Record<string, OpenApiDocument>): PublicRoute[] {
  const routes = Object.entries(documents).flatMap(([service, document]) => {
    const all = operations(document);
    const keepsAnswers = all.some(({ operation }) => operation['x-cache']);
    return all.map((entry) => publicRoute(service, entry, keepsAnswers));
  });
  return routes.toSorted(fixedSegmentsFirst);
}

interface PublicOperation {
  path: string;
  method: Method;
  operation: Operation;
}

/** Every operation of a document that somebody outside may call. */
export function operations(document: OpenApiDocument): PublicOperation[] {
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

function publicRoute(service: string, { path, method, operation }: PublicOperation, keepsAnswers: boolean) {
  const cache = operation['x-cache'];
  const isWebhook = isWebhookPath(path);
  return {
    service,
    operationId: operation.operationId ?? `${method} ${path}`,
    method,
    path: publicPath(method, path).replaceAll(/\{(\w+)\}/g, ':$1'),
    cache: cache
      ? { maxAgeMs: ms(cache.maxAge as Duration), staleMs: cache.stale ? ms(cache.stale as Duration) : 0 }
      : null,
    transport: isWebhook ? 'whole' : transportOf(operation),
    isCostly: operation['x-budget'] === 'write',
    isWebhook,
    // Guests have things of their own; what they may change is not what all of them see.
    retiresCache: keepsAnswers && method !== 'get' && !isForGuests(operation),
  } satisfies PublicRoute;
}

const isWebhookPath = (path: string): boolean => path.startsWith('/webhooks/');

/** Whether everybody may call it, or guests with a token. */
export function isForGuests({ 'x-allow': allow = [] }: Operation): boolean {
  return allow.includes('anyone') || allow.includes('guest');
}

function transportOf(operation: Operation): Transport {
  const success = successContent(operation);
  if (success && 'text/event-stream' in success) return 'events';
  return isJson(operation.requestBody?.content) && isJson(success) ? 'whole' : 'bytes';
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
