import { z } from 'zod';
import { refuse } from './errors.ts';
import type { Form } from './form.ts';

/** Values of forms are texts; these read them. An empty text unsets what can be unset. */
export const text = z.string().min(1).max(5000);
export const unsettable = z.string().max(5000);
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'Invalid integer')
  .transform(Number);
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Stripe: at most 50 keys of 40 characters, values of 500. An empty value takes its key away, an empty text all of them. */
export const metadata = z
  .union([z.literal(''), z.record(z.string().max(40), z.string().max(500))])
  .refine((value) => Object.keys(value).length <= 50, 'You can have up to 50 metadata keys');
export type MetadataChange = z.infer<typeof metadata>;

export function changeMetadata(
  current: Record<string, string>,
  change: MetadataChange | undefined,
): Record<string, string> {
  if (change === undefined) return current;
  if (change === '') return {};
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''));
}

export const address = z.strictObject({
  city: unsettable.exactOptional(),
  country: unsettable.exactOptional(),
  line1: unsettable.exactOptional(),
  line2: unsettable.exactOptional(),
  postal_code: unsettable.exactOptional(),
  state: unsettable.exactOptional(),
});

export const shipping = z.strictObject({
  address,
  name: text,
  phone: unsettable.exactOptional(),
  carrier: unsettable.exactOptional(),
  tracking_number: unsettable.exactOptional(),
});

export function toAddress(given: z.infer<typeof address> | undefined) {
  const { city, country, line1, line2, postal_code: postalCode, state } = given ?? {};
  return {
    city: city || null,
    country: country || null,
    line1: line1 || null,
    line2: line2 || null,
    postal_code: postalCode || null,
    state: state || null,
  };
}

export type ShippingInput = z.infer<typeof shipping>;

export function toShipping(given: ShippingInput) {
  return {
    address: toAddress(given.address),
    name: given.name,
    phone: given.phone || null,
    carrier: given.carrier || null,
    tracking_number: given.tracking_number || null,
  };
}

/** Reads what a route takes; `expand` is every route's. The first problem is told, as Stripe tells it. */
export function readParameters<Schema extends z.ZodObject>(schema: Schema, form: Form): z.infer<Schema> {
  const { expand: _, ...rest } = form;
  const read = schema.safeParse(rest);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (!issue) throw read.error;
  const param = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') throw refuse.unknownParameter(nameOf([...issue.path, issue.keys[0] ?? '']));
  if (issue.code === 'invalid_type' && valueAt(rest, issue.path) === undefined) throw refuse.missingParameter(param);
  throw refuse.invalidParameter(param, `${issue.message}: ${param}`);
}

/** `['metadata', 'order']` → `metadata[order]` */
const nameOf = ([first, ...rest]: readonly PropertyKey[]): string =>
  String(first) + rest.map((part) => `[${String(part)}]`).join('');

const valueAt = (form: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], form);
