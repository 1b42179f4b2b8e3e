import { ServiceError, unavailable } from '@storefront/kit/errors';

/** Who listens to events now. Each holds a connection on either side for as long as it does, so there is room for so many. */
export interface Listeners {
  /** Takes a place, given back by `leave`; `onEnd` is called when this pod ends. Throws when there is no place. */
  enter(client: string, onEnd: () => void): { leave(): void };
  /** Sends all away, who then come back to another pod, and takes nobody any more. */
  end(): void;
  count(): number;
}

export interface ListenerLimits {
  /** Of one client: a browser opens one for each tab. */
  ofOne: number;
  /** Of this pod: Nginx has four connections for each. */
  ofAll: number;
}

export const listenerLimits: ListenerLimits = { ofOne: 16, ofAll: 1_000 };

export function createListeners({ ofOne, ofAll }: ListenerLimits = listenerLimits): Listeners {
  const places = new Set<() => void>();
  const counts = new Map<string, number>();
  let isEnding = false;

  function refuse(client: string): void {
    if (isEnding) throw unavailable('ending', 'Others are here for you: ask again.', { retryAfter: 1 });
    if (places.size >= ofAll)
      throw unavailable('too-many-listeners', 'Too many are listening at the moment.', { retryAfter: 5 });
    if ((counts.get(client) ?? 0) >= ofOne)
      throw new ServiceError('too-many', 'too-many-streams', `No more than ${ofOne} streams at once.`, {
        retryAfter: 5,
      });
  }

  return {
    enter(client, onEnd) {
      refuse(client);
      const place = () => onEnd();
      places.add(place);
      counts.set(client, (counts.get(client) ?? 0) + 1);
      return {
        leave() {
          if (!places.delete(place)) return;
          const left = (counts.get(client) ?? 1) - 1;
          if (left > 0) counts.set(client, left);
          else counts.delete(client);
        },
      };
    },
    end() {
      isEnding = true;
      for (const place of places) place();
    },
    count: () => places.size,
  };
}
