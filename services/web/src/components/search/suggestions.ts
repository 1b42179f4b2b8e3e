import { useEffect, useState } from 'preact/hooks';
import type { Suggestion } from '../../pages/suggestions.ts';
import { texts } from '../../texts.ts';

export type { Suggestion };

const pauseMs = 120;

/** Products for what is being typed, a moment after the last key; the last entry leads to all results. */
export function useSuggestions(typed: string, currency: string | null): Suggestion[] {
  const [found, setFound] = useState<Suggestion[]>([]);
  const q = typed.replace(/\s+/g, ' ').trim();
  useEffect(() => {
    if (q.length < 2) {
      setFound([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(q, currency, abort.signal).then(setFound, () => {
        // Suggestions are a convenience: without them the form still searches.
        if (!abort.signal.aborted) setFound([]);
      });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [q, currency]);
  return found;
}

async function ask(q: string, currency: string | null, signal: AbortSignal): Promise<Suggestion[]> {
  const query = new URLSearchParams({ q, ...(currency && { currency }) });
  const response = await fetch(`/suggestions?${query}`, { signal });
  if (!response.ok) return [];
  const { items } = (await response.json()) as { items: Suggestion[] };
  if (items.length === 0) return [];
  return [...items, { name: texts.seeAllFor(q), href: `/search?${query}`, price: '', image: null }];
}
