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
