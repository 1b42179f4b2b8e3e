import { z } from 'zod';
import { text } from '../rule.ts';

/** One line of text; spaces at its ends and line breaks are mistakes. */
const line = (max: number) =>
  text(max, /^[^ \t\r\n]([^\t\r\n]*[^ \t\r\n])?$/, 'write one line of text, without spaces at its ends');

/** Where a parcel comes from, in the words that carriers use. */
export const PostalAddress = z.strictObject({
  name: line(100).meta({ description: 'Person or department.' }),
  company: line(100).exactOptional().meta({ description: 'Company.' }),
  line1: line(100).meta({ description: 'Street and number.' }),
  line2: line(100).exactOptional().meta({ description: 'Floor, building.' }),
  postcode: text(11, /^[A-Za-z0-9][A-Za-z0-9 -]{1,10}$/, 'write the postcode, such as 10115').meta({
    description: 'Postcode.',
  }),
  city: line(80).meta({ description: 'City.' }),
  region: line(80).exactOptional().meta({ description: 'State or province, where the country has them.' }),
  country: text(2, /^[A-Z]{2}$/, 'write the ISO 3166 code, such as DE').meta({
    description: 'ISO 3166-1 alpha-2 code of the country.',
  }),
  phone: text(24, /^\+?[0-9 ()/-]{5,23}$/, 'write the phone number with its country, such as +49 30 901820')
    .exactOptional()
    .meta({ description: 'Phone number, which some carriers ask for.' }),
});
