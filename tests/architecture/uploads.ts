import { edgeBodyMiB, type Fleet } from '@storefront/operator/fleet';
import type { Sources } from './sources.ts';

type Api = { paths: Record<string, Record<string, { requestBody?: { description?: string } }>> };

const miB = 1024 ** 2;

/** Where the edge takes less of a body, or more, than the public route behind it promises. */
export function uploadProblems(sources: Sources, fleet: Fleet): string[] {
  return Object.entries(fleet).flatMap(([name, { edge }]) => {
    if (!edge) return [];
    const document = `services/${name}/openapi.json`;
    const promised = promisesOf(JSON.parse(sources.get(document) ?? '{"paths":{}}') as Api);
    const allowed = new Map(edge.uploads.map(({ path, limitMiB }) => [path, limitMiB * miB]));
    return [...new Set([...promised.keys(), ...allowed.keys()])].flatMap((path) => {
      const [promise, limit] = [promised.get(path) ?? 0, allowed.get(path)];
      const isKept = limit === undefined ? promise <= edgeBodyMiB * miB : promise === limit;
      if (isKept) return [];
      return `${path}: ${document} promises ${promise} bytes, the edge takes ${limit ?? edgeBodyMiB * miB}`;
    });
  });
}

/** Bytes by path, of the routes whose body is taken as it is. */
function promisesOf({ paths }: Api): Map<string, number> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map(({ requestBody }) => [path, requestBody?.description ?? ''] as const),
  );
  const promises = new Map<string, number>();
  for (const [path, description] of operations) {
    const bytes = Number(/^At most (\d+) bytes$/.exec(description)?.[1] ?? 0);
    if (bytes > (promises.get(path) ?? 0)) promises.set(path, bytes);
  }
  return promises;
}
