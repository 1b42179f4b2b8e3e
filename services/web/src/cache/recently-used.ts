type Entry<Value> = { value: Value; bytes: number };

/**
 * Values within so many bytes; when they run out, the longest unused go first. A Map keeps the order of use by itself,
 * which is all that a library would add here. One value may take an eighth, so that it never drives out all others.
 */
export function createRecentlyUsed<Value>(maxBytes: number) {
  const entries = new Map<string, Entry<Value>>();
  let bytes = 0;

  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    peek: (key: string): Value | undefined => entries.get(key)?.value,
    use(key: string): Value | undefined {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    put(key: string, value: Value, size: number): void {
      remove(key);
      if (size > maxBytes / 8) return;
      entries.set(key, { value, bytes: size });
      bytes += size;
      for (const longestUnused of entries.keys()) {
        if (bytes <= maxBytes) break;
        remove(longestUnused);
      }
    },
    remove,
    get bytes(): number {
      return bytes;
    },
  };
}
