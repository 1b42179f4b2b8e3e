/** Companies that a shop works with: who takes the money, who carries the parcels. Where their accounts are, and by what address they are spoken to. */
import type { Storefront } from '@storefront/crds';
import type { ServiceEntry } from '../fleet.ts';

/** One account: its Secret, the folder in which the service finds the Secret's keys as files, and the API's address if it is not the public one. */
export type Provider = {
  /** Name of the volume. */
  volume: string;
  folder: string;
  secret: string;
  keys: readonly string[];
  endpoint?: string;
};

const stripeFolder = '/etc/storefront/stripe';
const carriersFolder = '/etc/storefront/carriers';
/** https://docs.stripe.com/js/including */
const stripeScript = 'https://js.stripe.com/v3/';

/** Whose API the shipping service speaks; the kind knows more of them, for releases to come. */
const spokenCarriers: readonly string[] = ['EasyPost'];

/** Carriers of the Storefront with which this release cannot speak. */
export const unspokenCarriers = ({ spec }: Storefront): { name: string; kind: string }[] =>
  (spec.shipping?.carriers ?? []).filter(({ kind }) => !spokenCarriers.includes(kind));

/** Accounts of which a service works with the companies of its integration. */
export function providersOf({ spec }: Storefront, { integration }: ServiceEntry): Provider[] {
  if (integration === 'payments' && spec.payments) {
    const { secretRef, endpoint } = spec.payments.stripe;
    const keys = ['secret-key', 'webhook-secret'];
    return [{ volume: 'stripe', folder: stripeFolder, secret: secretRef.name, keys, ...(endpoint && { endpoint }) }];
  }
  if (integration === 'carriers' && spec.shipping)
    return spec.shipping.carriers.map(({ name, secretRef, endpoint }) => ({
      volume: `carrier-${name}`,
      folder: `${carriersFolder}/${name}`,
      secret: secretRef.name,
      keys: ['api-key', 'webhook-secret'],
      ...(endpoint && { endpoint }),
    }));
  return [];
}

/** What the service's configuration reads of its integration. */
export function integrationVariables(storefront: Storefront, { integration }: ServiceEntry): Record<string, string> {
  if (integration === 'payments') return paymentVariables(storefront);
  return integration === 'carriers' ? carrierVariables(storefront) : {};
}

function paymentVariables({ spec }: Storefront): Record<string, string> {
  if (!spec.payments) return {};
  const { endpoint, publishableKey, scriptUrl } = spec.payments.stripe;
  const ownScript = endpoint === undefined ? stripeScript : `${endpoint.replace(/\/$/, '')}/v3/`;
  return {
    ...(endpoint ? { STRIPE_URL: endpoint } : {}),
    STRIPE_PUBLISHABLE_KEY: publishableKey,
    STRIPE_SCRIPT_URL: scriptUrl ?? ownScript,
    STRIPE_DIR: stripeFolder,
  };
}

function carrierVariables({ spec }: Storefront): Record<string, string> {
  if (!spec.shipping) return {};
  const { carriers, from } = spec.shipping;
  return {
    CARRIERS: JSON.stringify(
      carriers.map(({ name, kind, endpoint }) => ({ name, kind, ...(endpoint ? { url: endpoint } : {}) })),
    ),
    CARRIERS_DIR: carriersFolder,
    ...(from ? { SHIP_FROM: JSON.stringify(from) } : {}),
  };
}
