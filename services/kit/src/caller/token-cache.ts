const size = 10_000;

/** The newest 10,000 entries by their key. */
export function createTokenCache<Value>() {
  const entries = new Map<string, Value>();
  return {
    get: (key: string): Value | undefined => entries.get(key),
    delete: (key: string): void => void entries.delete(key),
    set(key: string, value: Value): void {
      if (entries.size >= size) entries.delete(entries.keys().next().value ?? '');
      entries.set(key, value);
    },
  };
}
