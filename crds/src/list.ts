import { z } from 'zod';

/** A list without order or doubles: appliers own single entries of it (Kubernetes list type `set`). */
export function setOf<S extends z.ZodType<string>>(item: S, { min = 0, max }: Bounds) {
  return z
    .array(item)
    .min(min)
    .max(max)
    .refine((values) => isUnique(values), 'an entry is listed twice: remove one')
    .meta({ 'x-kubernetes-list-type': 'set' });
}

/** A list whose entries are told apart by one field (Kubernetes list type `map`). */
export function mapOf<S extends z.ZodType<object>>(item: S, key: keyof z.output<S> & string, { min = 0, max }: Bounds) {
  return z
    .array(item)
    .min(min)
    .max(max)
    .refine(
      (entries) => isUnique(entries.map((entry) => (entry as Record<string, unknown>)[key])),
      `two entries have the same ${key}: rename one`,
    )
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

/** A list in an order that matters; whoever applies it owns all of it (Kubernetes list type `atomic`). */
export function listOf<S extends z.ZodType>(item: S, { min = 0, max }: Bounds) {
  return z.array(item).min(min).max(max).meta({ 'x-kubernetes-list-type': 'atomic' });
}

export function isUnique(values: unknown[]): boolean {
  return new Set(values).size === values.length;
}

type Bounds = { min?: number; max: number };
