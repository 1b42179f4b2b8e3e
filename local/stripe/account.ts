import type Stripe from 'stripe';
import type { Parts } from '../simulator/dialect.ts';
import { orderedId, type Attributes, type Objects, type Stored } from '../simulator/objects.ts';
import { refuse } from './api/errors.ts';
import { metadataAttributes } from './api/search.ts';
import { apiVersion, type StripeConfig } from './config.ts';
import { postingsOf, type movements } from './domain/postings.ts';

/** What Stripe shows of each kind, in the shapes of the `stripe` package, and what only the simulator knows. */
export type StripeKinds = {
  payment_intent: Stored<Stripe.PaymentIntent, { challenge: Challenge | null; offSession: boolean }>;
  setup_intent: Stored<Stripe.SetupIntent, { challenge: Challenge | null }>;
  payment_method: Stored<Stripe.PaymentMethod, { card: string; isSetUp: boolean; isUsed: boolean }>;
  confirmation_token: Stored<Stripe.ConfirmationToken, { card: string; isUsed: boolean }>;
  customer: Stored<Stripe.Customer & { deleted?: void }, null>;
  charge: Stored<Stripe.Charge, { card: string; authorized: number }>;
  refund: Stored<Stripe.Refund, { wasPaid: boolean }>;
  dispute: Stored<Stripe.Dispute, { isInquiry: boolean }>;
  event: Stored<StripeEvent, null>;
  webhook_endpoint: Stored<Stripe.WebhookEndpoint, { secret: string }>;
};

/** What the bank asks the customer, and where the browser goes after. */
export type Challenge = { id: string; returnUrl: string | null };

/** The package's type is a union of 250 events; this is what they have in common. */
export type StripeEvent = Pick<
  Stripe.Event,
  'id' | 'object' | 'api_version' | 'created' | 'livemode' | 'pending_webhooks' | 'request'
> & { type: string; data: { object: unknown } };

export type Kind = keyof StripeKinds;
export type StripeObjects = Objects<StripeKinds>;

export type AccountDeps = { config: StripeConfig; parts: Parts; objects: StripeObjects; url: () => string };

/** Who asked for what now happens; null where time did. */
export type Cause = { id: string; idempotency_key: string | null } | null;

/** The account at one moment, in the transaction of one request or alarm. */
export type Account = AccountDeps & {
  /** Seconds since 1970, simulated. */
  now: number;
  /** Throws `resource_missing`. */
  get: <K extends Kind>(kind: K, id: string, param?: string) => StripeKinds[K];
  save: <K extends Kind>(kind: K, object: StripeKinds[K]) => void;
  emit: (type: string, object: unknown) => void;
  move: (charge: Stripe.Charge, reference: string, moved: Moved) => void;
};

type Moved = ReturnType<(typeof movements)[keyof typeof movements]>;

export function openAccount(deps: AccountDeps, cause: Cause): Account {
  const { objects, parts } = deps;
  return {
    ...deps,
    now: parts.clock.seconds(),
    get(kind, id, param) {
      const found = objects.find(kind, id);
      if (!found) throw refuse.missing(kind.replace('_', ''), id, param);
      return found;
    },
    save: (kind, object) => objects.put(kind, object, attributesOf(kind, object.shown)),
    emit: (type, object) => emit(deps, cause, type, object),
    move(charge, reference, moved) {
      const subject = idOf(charge.payment_intent) ?? charge.id;
      for (const posting of postingsOf({ currency: charge.currency, subject, reference }, moved))
        parts.ledger.post(posting);
    },
  };
}

const listedBy = ['customer', 'payment_intent', 'charge', 'type'];
/** PaymentIntents alone are searched. */
const searchedBy = ['customer', 'status', 'currency'];

function attributesOf(kind: Kind, shown: object): Attributes {
  const fields = shown as Record<string, unknown>;
  const isSearched = kind === 'payment_intent';
  const attributes = (isSearched ? searchedBy : listedBy).map((name) => [name, idOf(fields[name])] as const);
  return {
    ...Object.fromEntries(attributes),
    ...(isSearched ? metadataAttributes((fields['metadata'] as Stripe.Metadata | null) ?? {}) : {}),
  };
}

/** The id of what may be expanded. */
export function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return (value as { id?: string } | null | undefined)?.id ?? null;
}

export function newId(prefix: string): string {
  return orderedId(`${prefix}_`, 24);
}

function emit({ objects, parts }: AccountDeps, cause: Cause, type: string, object: unknown): void {
  const receivers = objects
    .all('webhook_endpoint')
    .map(({ shown }) => shown)
    .filter(({ status, enabled_events: enabled }) => status === 'enabled' && takes(enabled, type));
  const event: StripeEvent = {
    id: newId('evt'),
    object: 'event',
    api_version: apiVersion,
    created: parts.clock.seconds(),
    data: { object },
    livemode: false,
    pending_webhooks: receivers.length,
    request: cause ?? { id: null, idempotency_key: null },
    type,
  };
  objects.put('event', { shown: event, hidden: null }, { type });
  if (receivers.length === 0) return;
  const body = JSON.stringify(event, null, 2);
  for (const { id } of receivers) parts.webhooks.enqueue(id, { id: event.id, type, body });
}

const takes = (enabled: readonly string[], type: string): boolean => enabled.includes('*') || enabled.includes(type);
