/** Remembers answers for a while, the newest so many; who asks while one is being found waits for it. */
export function briefMemory<Value>({ entries, forMs }: { entries: number; forMs: number }): {
  get(key: string, find: () => Promise<Value>): Promise<Value>;
} {
  const known = new Map<string, { value: Promise<Value>; until: number }>();

  return {
    get(key, find) {
      const before = known.get(key);
      if (before && before.until > performance.now()) return before.value;
      known.delete(key);
      const oldest = known.size >= entries ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      const value = find();
      known.set(key, { value, until: performance.now() + forMs });
      value.catch(() => known.delete(key));
      return value;
    },
  };
}
