import type { Db } from 'mongodb';

export const writes: ReadonlySet<string> = new Set(
  'insertOne insertMany updateOne updateMany findOneAndUpdate bulkWrite'.split(' '),
);

/** The same database, with something done around the calls of its collections. */
export function intercepted(
  db: Db,
  around: (work: () => Promise<unknown>, name: string, collection: string) => Promise<unknown>,
): Db {
  const collection = (name: string) =>
    new Proxy(db.collection(name), {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        const method = member.bind(target) as (...given: unknown[]) => unknown;
        if (key !== 'findOne' && !writes.has(String(key))) return method;
        return (...given: unknown[]) => around(async () => method(...given), String(key), name);
      },
    });
  return new Proxy(db, {
    get: (target, key) =>
      key === 'collection' ? (collection as Db['collection']) : (Reflect.get(target, key, target) as unknown),
  });
}
