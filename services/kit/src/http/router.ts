import Router from '@koa/router';
import { notFound, ServiceError } from '../errors.ts';
import type { Log } from '../log.ts';
import { dispatch } from './dispatch.ts';
import type { Route } from './route.ts';
import type { ServiceMiddleware, ServiceState } from './state.ts';

/** The routes, and the 404 or 405 for what none of them (nor the middleware between) answers. A fixed segment wins over a parameter. */
export function createRouter(
  routes: readonly Route[],
  log: Log,
): { routes: ServiceMiddleware; fallback: ServiceMiddleware } {
  const router = new Router<ServiceState>({ exclusive: 'specificity', strict: true });
  for (const route of routes) router.register(route.path, [route.method], [dispatch(route, log)]);

  const fallback: ServiceMiddleware = (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path;
    const methods = [...new Set(layers.flatMap((layer) => layer.methods))].toSorted();
    if (methods.length === 0) throw notFound('path', ctx.path);
    ctx.state.route = String(layers[0]?.path);
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (ctx.method !== 'OPTIONS')
      throw new ServiceError('invalid', 'method-not-allowed', `${ctx.method} is not possible here; ${allow} are.`, {
        status: 405,
        headers: { allow },
      });
    ctx.set('allow', allow);
    ctx.status = 204;
  };
  return { routes: router.routes() as unknown as ServiceMiddleware, fallback };
}
