import type { StorefrontInput } from '@storefront/crds';
import { parse } from 'yaml';

/** What is known only once things run: the image, the host's port, the name that Consul's servers go by, whose Stripe account it is. */
export type Facts = { image: string; port?: number; datacenter?: string; stripe?: StripeFacts };
type StripeFacts = { url: string; browserUrl: string; publishableKey: string };

/** The Storefront of a YAML document with the facts of this run. */
export function readStorefront(yaml: string, { image, port, datacenter, stripe }: Facts): StorefrontInput {
  const { spec, ...rest } = parse(yaml) as StorefrontInput;
  const version = image.split(/[:@]/).at(-1) ?? image;
  return {
    ...rest,
    spec: {
      ...spec,
      release: { ...spec.release, version, image },
      ingress: { ...spec.ingress, ...(port === undefined ? {} : { port }) },
      discovery: { ...spec.discovery, ...(datacenter === undefined ? {} : { datacenter }) },
      ...(spec.payments && stripe ? { payments: { stripe: { ...spec.payments.stripe, ...paidAt(stripe) } } } : {}),
    },
  };
}

const paidAt = ({ url, browserUrl, publishableKey }: StripeFacts) => ({
  publishableKey,
  endpoint: url,
  scriptUrl: `${browserUrl}/v3/`,
});
