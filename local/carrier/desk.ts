import type { Parts } from '../simulator/dialect.ts';
import { orderedId, type Attributes, type Objects } from '../simulator/objects.ts';
import type { CarrierConfig } from './config.ts';
import { refuse } from './errors.ts';
import type { CarrierEvent, CarrierKinds } from './shapes.ts';

export type Kind = keyof CarrierKinds;
export type DeskDeps = { config: CarrierConfig; parts: Parts; objects: Objects<CarrierKinds>; url: () => string };

/** The carrier's desk at one moment, in the transaction of one request or alarm. */
export type Desk = DeskDeps & {
  /** Milliseconds, simulated. */
  now: number;
  stamp: string;
  get: <K extends Kind>(kind: K, id: string) => CarrierKinds[K];
  save: <K extends Kind>(kind: K, object: CarrierKinds[K]) => void;
  /** What every new object has. */
  base: <Name extends string>(name: Name, prefix: string) => Base<Name>;
  emit: (description: string, result: object, before?: Record<string, unknown>) => void;
};

type Base<Name> = { id: string; object: Name; mode: 'test'; created_at: string; updated_at: string };

export function openDesk(deps: DeskDeps): Desk {
  const now = deps.parts.clock.now();
  const stamp = new Date(now).toISOString();
  return {
    ...deps,
    now,
    stamp,
    get(kind, id) {
      const found = deps.objects.find(kind, id);
      if (!found) throw refuse.notFound();
      return found;
    },
    save(kind, object) {
      deps.objects.put(kind, { ...object, shown: { ...object.shown, updated_at: stamp } }, attributesOf(object.shown));
    },
    base: (name, prefix) => ({ id: newId(prefix), object: name, mode: 'test', created_at: stamp, updated_at: stamp }),
    emit: (description, result, before = {}) => emit(deps, stamp, { description, result, before }),
  };
}

/** What objects are found by besides their id. */
function attributesOf(shown: object): Attributes {
  const { reference, tracking_code: code } = shown as Record<string, string | null | undefined>;
  return { reference, tracking_code: code };
}

const hexadecimal = '0123456789abcdef';
export const newId = (prefix: string): string => orderedId(`${prefix}_`, 32, hexadecimal);

type Happening = { description: string; result: object; before: Record<string, unknown> };

function emit({ objects, parts }: DeskDeps, stamp: string, { description, result, before }: Happening): void {
  const receivers = objects.all('webhook').filter(({ shown }) => shown.disabled_at === null);
  const event: CarrierEvent = {
    id: newId('evt'),
    object: 'Event',
    mode: 'test',
    created_at: stamp,
    updated_at: stamp,
    description,
    previous_attributes: before,
    result,
    status: receivers.length === 0 ? 'completed' : 'pending',
    pending_urls: receivers.map(({ shown }) => shown.url),
    completed_urls: [],
  };
  objects.put('event', { shown: event, hidden: null }, {});
  const body = writeBody(event);
  for (const { shown } of receivers) parts.webhooks.enqueue(shown.id, { id: event.id, type: description, body });
}

/** EasyPost signs weights with a fraction, `12.0`; its packages put back what JavaScript takes away. */
export const writeBody = (event: object): string =>
  JSON.stringify(event).replaceAll(/("weight":)(\d+)(?=[,}])/g, '$1$2.0');
