/** Texts as a stack file holds them, each with what to write instead of a wrong one. */
import { z } from 'zod';
import { isPrivate, parseCidr } from '../cidr.ts';
import { isCron } from '../cron.ts';

export const text = (pattern: RegExp, message: string) => z.string().regex(pattern, message);

export const Name = text(/^[a-z]([-a-z0-9]{0,14}[a-z0-9])?$/, 'write a lower-case name of at most 16 characters');

export const Domain = text(
  /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/,
  'write a DNS name in lower case, such as shop.acme.example',
);

export const TimeOfDay = text(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'write a time of day in UTC, such as 02:00');

export const Cron = z
  .string()
  .refine(isCron, 'write a schedule of five fields (minute, hour, day, month, weekday), such as 0 3 * * *');

/** `pulumi config set --path` makes a number of what looks like one. */
export const Cpu = z.coerce
  .string()
  .regex(/^[1-9][0-9]{0,2}$|^[1-9][0-9]{0,5}m$/, 'write CPUs or thousandths of one, such as 2 or 500m');

export const Memory = text(/^[1-9][0-9]{0,6}(Mi|Gi)$/, 'write an amount of memory with its unit, such as 512Mi or 4Gi');

export const Cidr = z
  .string()
  .refine((value) => parseCidr(value) !== undefined, 'write an address range whose host bits are zero: 10.0.0.0/20')
  .refine((value) => !parseCidr(value) || isPrivate(parseCidr(value) as never), 'take a private range (RFC 1918)');
