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

/** Remembers for a while that something was so. */
export function briefMarks({ entries, forMs }: { entries: number; forMs: number }): {
  has(key: string): boolean;
  add(key: string): void;
} {
  const marked = new Map<string, number>();

  return {
    has: (key) => (marked.get(key) ?? 0) > performance.now(),
    add(key) {
      marked.delete(key);
      const oldest = marked.size >= entries ? marked.keys().next().value : undefined;
      if (oldest !== undefined) marked.delete(oldest);
      marked.set(key, performance.now() + forMs);
    },
  };
}
