import type { Money } from '@storefront/commerce/money';
import type { Decline, NextAction, PaymentStatus } from '../contract.ts';
import type { z } from 'zod';

/** A PaymentIntent as it was when Stripe was asked, in our words. */
export type IntentSnapshot = {
  id: string;
  /** From its metadata; undefined of one that was not made here. */
  orderId: string | undefined;
  scope: string | undefined;
  status: Exclude<PaymentStatus, 'new'>;
  captured: Money | null;
  captureBefore: string | null;
  nextAction: NextAction | null;
  decline: z.infer<typeof Decline> | null;
};

export type RefundSnapshot = {
  id: string;
  intentId: string | null;
  /** From its metadata; undefined of one that was made by hand. */
  refundId: string | undefined;
  amount: Money;
  status: 'pending' | 'succeeded' | 'failed';
  failure: string | null;
  at: string;
};

export type Operation = 'create' | 'confirm' | 'capture' | 'cancel' | 'refund';

/** A request to Stripe, kept before it is sent: its key and its parameters are the same however often it is sent. */
export type Call = {
  key: string;
  operation: Operation;
  /** Which of its kind: the number of an attempt, the id of a refund; empty where there is but one. */
  subject: string;
  parameters: Readonly<Record<string, unknown>>;
  sentAt: Date;
};

export type Truth = { intent?: IntentSnapshot; refund?: RefundSnapshot };
export type Refusal = { code: string; message: string };

/**
 * What came of a request. `done` and `refused` are final; a replay shows what was true when it was first answered. `failed` is a 5xx:
 * something may have been done. `unknown`: no answer. `again`: nothing was done, it was a bad moment.
 */
export type Answer =
  | { kind: 'done'; truth: Truth; isReplay: boolean }
  | { kind: 'refused'; refusal: Refusal; truth: Truth; isReplay: boolean }
  | { kind: 'failed'; isReplay: boolean }
  | { kind: 'unknown' }
  | { kind: 'again' };

/** Something that Stripe says has happened; the object in it may be old by now. */
export type ProviderEvent = {
  id: string;
  type: string;
  /** Unix seconds of Stripe's clock. */
  created: number;
  /** Of the PaymentIntent that it is about, directly or not. */
  intentId: string | undefined;
  orderId: string | undefined;
  scope: string | undefined;
  /** What the intent was when it happened, where the event shows that. */
  status: PaymentStatus | undefined;
};

type Patience = { timeoutMs: number };

/** Who moves the money. What it reads throws `stripe-unavailable` without an answer. */
export type PaymentProvider = {
  send(call: Call, options: Patience & { intentId: string | null }): Promise<Answer>;
  /** Undefined when Stripe has none of that id. */
  findIntent(intentId: string, options: Patience): Promise<IntentSnapshot | undefined>;
  /** The intent that was made for an order, if one was, at `since` or later. */
  searchIntent(
    order: { orderId: string; scope: string; since: Date },
    options: Patience,
  ): Promise<IntentSnapshot | undefined>;
  refundsOf(intentId: string, options: Patience): Promise<RefundSnapshot[]>;
  /** Pages of what happened at `since` (Unix seconds) or later, newest first. */
  events(since: number): AsyncIterable<ProviderEvent[]>;
};
