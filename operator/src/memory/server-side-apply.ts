/** Server-side apply on flat fields: who owns what, who is in the way, what goes when nobody wants it any more. */
import type { Conflict } from '../cluster.ts';
import { fieldPath } from './fields.ts';
import type { Field, Flat } from './fields.ts';

/** Manager → its fields. A manager that updates and one that applies are two, even under one name. */
export type Owners = Map<string, Set<Field>>;

export type Applied = { flat: Flat; owners: Owners };

export function conflictsOf(live: Applied, body: Flat, manager: string): Conflict[] {
  return [...body]
    .filter(([field, value]) => live.flat.has(field) && !isSame(live.flat.get(field), value))
    .flatMap(([field]) =>
      ownersOf(live.owners, field, manager).map((other) => ({ manager: nameOf(other), field: fieldPath(field) })),
    );
}

/** The manager now owns exactly what it wrote; what only it owned and no longer writes is gone. */
export function applied(live: Applied, body: Flat, manager: string): Applied {
  const flat: Flat = new Map(live.flat);
  const owners: Owners = new Map([...live.owners].map(([name, fields]) => [name, new Set(fields)]));
  for (const field of owners.get(manager) ?? [])
    if (!body.has(field) && ownersOf(owners, field, manager).length === 0) flat.delete(field);
  for (const [field, value] of body) {
    if (!isSame(flat.get(field), value))
      for (const other of ownersOf(owners, field, manager)) owners.get(other)?.delete(field);
    flat.set(field, value);
  }
  owners.set(manager, new Set(body.keys()));
  return { flat, owners };
}

/** A plain update: what it changes is the manager's from now on. */
export function updated(live: Applied, next: Flat, manager: string): Applied {
  const owners: Owners = new Map([...live.owners].map(([name, fields]) => [name, new Set(fields)]));
  const mine = owners.get(manager) ?? new Set<Field>();
  for (const [field, value] of next) {
    if (live.flat.has(field) && isSame(live.flat.get(field), value)) continue;
    for (const fields of owners.values()) fields.delete(field);
    mine.add(field);
  }
  for (const field of live.flat.keys())
    if (!next.has(field)) for (const fields of owners.values()) fields.delete(field);
  return { flat: next, owners: owners.set(manager, mine) };
}

const ownersOf = (owners: Owners, field: Field, except: string): string[] =>
  [...owners].filter(([name, fields]) => name !== except && fields.has(field)).map(([name]) => name);

/** `kubectl (apply)` → `kubectl`. */
const nameOf = (manager: string): string => manager.replace(/ \(.*\)$/, '');

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
