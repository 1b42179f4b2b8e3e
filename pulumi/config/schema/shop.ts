import { z } from 'zod';
import { Domain, Name, text } from './value.ts';

export const Edge = z.strictObject({
  host: Domain,
  /** Name (not the DNS name) of an existing Cloud DNS zone to which host's domain is delegated. */
  dnsZone: text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, 'write the name of the zone in Cloud DNS, such as acme-example'),
  /** Requests a minute and address, above which an address is refused. */
  requestsPerMinute: z.int().min(10).max(1_000_000),
});

export const Release = z.strictObject({
  version: text(/^[0-9A-Za-z][0-9A-Za-z.-]*$/, 'write a version such as 1.4.2'),
  /** Registry that publishes releases; Artifact Registry keeps what was pulled. */
  registry: text(/^https:\/\/[a-z0-9.-]+$/, 'write the address of the registry, such as https://ghcr.io'),
  /** Path in that registry. */
  image: text(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'write the path of the image in the registry, without tag'),
  digest: text(/^sha256:[a-f0-9]{64}$/, 'write the digest as sha256: and 64 lower-case hex digits'),
});

export const Shop = z.strictObject({
  name: Name,
  namespace: Name,
  /** Fields of the Storefront that are not about the platform: locale, currencies, services, payments, … */
  spec: z.looseObject({}),
});

/** Secrets of the outside world: name of the Secret without the shop's, then its keys. */
export const Integrations = z.record(
  Name,
  z.record(text(/^[a-z][a-z0-9-]{0,62}$/, 'write a key such as api-key'), z.string()),
);
