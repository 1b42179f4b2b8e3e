export { bodyLimitBytes, readWhole } from './body.ts';
export { ifMatch, type ExpectsVersion } from './conditional.ts';
export type { FrozenAnswer } from './frozen.ts';
export type { KeyedRequest } from './keyed-request.ts';
export { openapiDocument, type OpenApiDocument, type OpenApiOptions } from './openapi.ts';
export { empty, reply, replyJson, stream, type Answer } from './answer.ts';
export { route, type Allow, type Route, type RouteRequest } from './route.ts';
export { createService, type Service, type ServiceConfig, type ServiceOptions, type Worker } from './service.ts';
export type { ServiceContext, ServiceMiddleware, ServiceState } from './state.ts';
