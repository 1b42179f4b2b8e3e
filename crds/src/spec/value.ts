import { z } from 'zod';
import { setOf } from '../list.ts';
import { held, text } from '../rule.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** A name as Kubernetes objects have it (RFC 1123 subdomain). */
export const ObjectName = text(
  253,
  new RegExp(`^${label}(\\.${label})*$`),
  'write the name of a Kubernetes object: lower-case letters, digits, hyphens and dots',
);

/** A DNS label of at most 24 characters that starts with a letter: it begins the names of Services, databases and queues. */
export const ShortName = text(
  24,
  /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  'write a DNS label: lower-case letters, digits and hyphens, starting with a letter, at most 24 characters',
);

export const Host = text(
  253,
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|[0-9a-f:]*:[0-9a-f:.]*)$/,
  'write a host name in lower case or an IP address, without scheme and port',
);

export const Port = z.int().min(1).max(65_535);

export const Endpoint = z.strictObject({
  host: Host.meta({ description: 'Host name or IP address.' }),
  port: Port.meta({ description: 'TCP port.' }),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** A Secret of the Storefront's own namespace. Its keys are fixed; the field that refers to it names them. */
export const SecretRef = z.strictObject({ name: ObjectName.meta({ description: 'Name of the Secret.' }) });
export type SecretRef = z.infer<typeof SecretRef>;

const Cidr = held(z.string().min(1).max(43), {
  rule: 'isCIDR(self)',
  message: 'write an address range such as 10.20.0.0/16',
  holds: isCidr,
});
export const Cidrs = setOf(Cidr, { max: 32 });

const part = '[a-z0-9]+([._-]+[a-z0-9]+)*';
/** Registry, path and tag of a container image, without digest. */
export const imageName = `([a-zA-Z0-9.-]+(:[0-9]{1,5})?/)?${part}(/${part})*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?`;

/** A container image, by tag or by digest. */
export const ImageReference = text(
  512,
  new RegExp(`^${imageName}(@sha256:[a-f0-9]{64})?$`),
  'write an image as registry/name:tag, or registry/name@sha256: and 64 hex digits',
);

const Cpu = text(10, /^([0-9]{1,9}m|[0-9]{1,6}(\.[0-9]{1,3})?)$/, 'write CPU as a string, such as "250m" or "1.5"');
const Memory = text(
  20,
  /^[0-9]{1,15}(\.[0-9]{1,3})?(k|M|G|T|Ki|Mi|Gi|Ti)?$/,
  'write memory as a string with its unit, such as "192Mi" or "1.5Gi"',
);

const Amounts = z.strictObject({
  cpu: Cpu.exactOptional().meta({ description: 'CPU, such as 250m or "1".' }),
  memory: Memory.exactOptional().meta({ description: 'Memory, such as 192Mi.' }),
});

export const Resources = held(
  z.strictObject({
    requests: Amounts.exactOptional().meta({ description: 'What the scheduler sets aside for the container.' }),
    limits: Amounts.exactOptional().meta({ description: 'What the container may use at most.' }),
  }),
  ...(['cpu', 'memory'] as const).map((kind) => ({
    rule:
      `!has(self.requests) || !has(self.limits) || !has(self.requests.${kind}) || !has(self.limits.${kind}) || ` +
      `!isQuantity(self.requests.${kind}) || !isQuantity(self.limits.${kind}) || ` +
      `quantity(self.requests.${kind}).compareTo(quantity(self.limits.${kind})) <= 0`,
    message: `requests.${kind} is above limits.${kind}: lower the request or raise the limit`,
    holds: (value: { requests?: z.infer<typeof Amounts>; limits?: z.infer<typeof Amounts> }) =>
      amountOf(value.requests?.[kind], 0) <= amountOf(value.limits?.[kind], Infinity),
  })),
);
export type Resources = z.infer<typeof Resources>;

/** How much each suffix stands for, in thousandths: sums of thousandths are exact where floats are not. */
const thousandths: Readonly<Record<string, number>> = {
  m: 1,
  '': 1e3,
  k: 1e6,
  M: 1e9,
  G: 1e12,
  T: 1e15,
  Ki: 1e3 * 2 ** 10,
  Mi: 1e3 * 2 ** 20,
  Gi: 1e3 * 2 ** 30,
  Ti: 1e3 * 2 ** 40,
};

/** `absent` also where the text is no quantity: its own rule says so. */
function amountOf(text: string | undefined, absent: number): number {
  const match = text === undefined ? null : /^([0-9.]+)([kMGT]i?|m|)$/.exec(text);
  return match ? Math.round(Number(match[1]) * (thousandths[match[2] ?? ''] ?? 0)) : absent;
}

export function isAddress(host: string): boolean {
  return z.ipv4().safeParse(host).success || z.ipv6().safeParse(host).success;
}

function isCidr(value: string): boolean {
  return z.cidrv4().safeParse(value).success || z.cidrv6().safeParse(value).success;
}
