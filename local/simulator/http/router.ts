import type { Call } from './call.ts';

/** `GET /v1/charges/:id`; a name takes one part of the path. */
export type RouteName = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

export type Matched<Handler> = { name: RouteName; handler: Handler; params: Record<string, string> };

export type Router<Handler> = (call: Pick<Call, 'method' | 'path'>) => Matched<Handler> | undefined;

/** Fixed words win over names, so `search` is never taken for an id. */
export function createRouter<Handler>(routes: Record<RouteName, Handler>): Router<Handler> {
  const names = Object.keys(routes) as RouteName[];
  const patterns = names
    .toSorted((a, b) => countNames(a) - countNames(b))
    .map((name) => ({ name, handler: routes[name] as Handler, pattern: patternOf(name) }));
  return ({ method, path }) => {
    const text = `${method} ${path}`;
    for (const { name, handler, pattern } of patterns) {
      const found = pattern.exec(text);
      if (found) return { name, handler, params: { ...found.groups } };
    }
    return undefined;
  };
}

const countNames = (name: string): number => name.split(':').length;

function patternOf(name: string): RegExp {
  const source = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}/?$`);
}
