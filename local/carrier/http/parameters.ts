import { z } from 'zod';
import { refuse } from '../errors.ts';

const text = z.string().max(1000).nullish();

export const AddressInput = z.object({
  id: z.string().exactOptional(),
  name: text,
  company: text,
  street1: text,
  street2: text,
  city: text,
  state: text,
  zip: text,
  country: text,
  phone: text,
  email: text,
  residential: z.boolean().nullish(),
  carrier_facility: text,
  federal_tax_id: text,
  state_tax_id: text,
});
export type AddressInput = z.infer<typeof AddressInput>;

const size = z.coerce.number().positive().nullish();

export const ParcelInput = z.object({
  id: z.string().exactOptional(),
  length: size,
  width: size,
  height: size,
  predefined_package: text,
  /** Ounces. */
  weight: z.coerce.number().positive().exactOptional(),
});
export type ParcelInput = z.infer<typeof ParcelInput>;

const orId = <Schema extends z.ZodType>(schema: Schema) => z.union([z.string(), schema]);

export const ShipmentInput = z.object({
  reference: text,
  to_address: orId(AddressInput),
  from_address: orId(AddressInput),
  return_address: orId(AddressInput).nullish(),
  buyer_address: orId(AddressInput).nullish(),
  parcel: orId(ParcelInput),
  customs_info: z.unknown().exactOptional(),
  options: z.record(z.string(), z.unknown()).nullish(),
  is_return: z.boolean().nullish(),
});
export type ShipmentInput = z.infer<typeof ShipmentInput>;

/** A body is one object under its name: `{ shipment: { … } }`. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: string): z.infer<Schema> {
  return readParameters(schema, parse(body));
}

export function readParameters<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw refuse.wrongParameters(read.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })));
}

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw refuse.malformed('The request body is not valid JSON.');
  }
}

export const PageInput = z.object({
  page_size: z.coerce.number().int().min(1).max(100).default(20),
  before_id: z.string().exactOptional(),
  after_id: z.string().exactOptional(),
  start_datetime: z.coerce.date().exactOptional(),
  end_datetime: z.coerce.date().exactOptional(),
});

/** EasyPost's "before" is older, which a list shows after. */
export function toPage(input: z.infer<typeof PageInput>) {
  const seconds = (date: Date | undefined, otherwise: number) => (date ? Math.floor(date.getTime() / 1000) : otherwise);
  return {
    limit: input.page_size,
    after: input.before_id,
    before: input.after_id,
    created: { from: seconds(input.start_datetime, 0), to: seconds(input.end_datetime, 2 ** 40) },
  };
}
