import { z } from 'zod';

/** What is printed on one line of a label and put into headers of mails: control characters and line breaks have no place there. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line of text');

export const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code such as DE')
  .meta({ id: 'Country', description: 'ISO 3166 code, such as DE', example: 'DE' });
export type Country = z.infer<typeof Country>;

export const Postcode = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$/, 'must be a postcode')
  .meta({ id: 'Postcode' });

/** Where a parcel goes. The name is the person's; `region` is a state or province where the country has them. */
export const Address = z
  .strictObject({
    name: line(100),
    company: line(100).exactOptional(),
    line1: line(100),
    line2: line(100).exactOptional(),
    postcode: Postcode,
    city: line(80),
    region: line(80).exactOptional(),
    country: Country,
    phone: z
      .string()
      .trim()
      .regex(/^\+?[0-9 ()/-]{5,24}$/, 'must be a phone number')
      .exactOptional(),
  })
  .meta({ id: 'Address', description: 'Where a parcel goes' });
export type Address = z.infer<typeof Address>;
