import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAccount, type TestAccount } from './account.ts';
import type { reportLedger } from '../control.ts';

let account: TestAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await openTestAccount();
  stripe = account.stripe;
});
afterAll(() => account.close());

type Report = ReturnType<typeof reportLedger>;
const ledgerOf = async (id: string) => {
  const { payments } = await account.control.get<Report>(`ledger?payment_intent=${id}`);
  return payments[0];
};

const held = {
  amount: 2500,
  currency: 'eur',
  capture_method: 'manual',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;

const hold = (card: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({ ...held, confirm: true, payment_method: card, ...more });

/** The error that a call ends with. */
const errorOf = (call: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  call.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: Stripe.errors.StripeError) => error,
  );

const approve = (id: string) => account.control.post(`intents/${id}/challenge`, { outcome: 'approve' });
const deny = (id: string) => account.control.post(`intents/${id}/challenge`, { outcome: 'deny' });

describe('a payment that is held', () => {
  it('goes from a method to a capture', async () => {
    const intent = await stripe.paymentIntents.create({ ...held, metadata: { order_id: 'o-1' } });
    expect(intent).toMatchObject({ status: 'requires_payment_method', amount: 2500, metadata: { order_id: 'o-1' } });

    const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(confirmed).toMatchObject({ status: 'requires_capture', amount_capturable: 2500, amount_received: 0 });
    expect(await ledgerOf(intent.id)).toMatchObject({ authorized: 2500, captured: 0 });

    const captured = await stripe.paymentIntents.capture(intent.id, {}, { idempotencyKey: 'cap' });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 2500 });
    expect(await ledgerOf(intent.id)).toMatchObject({ authorized: 0, captured: 2500, captures: 1 });
  });

  it('can be captured once', async () => {
    const { id } = await hold('pm_card_visa');
    await stripe.paymentIntents.capture(id);
    const error = await errorOf(stripe.paymentIntents.capture(id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent).toMatchObject({ id, status: 'succeeded' });
  });

  it('gives back what a smaller capture leaves', async () => {
    const { id } = await hold('pm_card_visa');
    await expect(stripe.paymentIntents.capture(id, { amount_to_capture: 2501 })).rejects.toMatchObject({
      code: 'amount_too_large',
    });
    await stripe.paymentIntents.capture(id, { amount_to_capture: 1000 });
    expect(await ledgerOf(id)).toMatchObject({ authorized: 0, captured: 1000 });
  });

  it('gives everything back when it is cancelled, and cannot be captured then', async () => {
    const { id } = await hold('pm_card_visa');
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 });
    expect(await ledgerOf(id)).toMatchObject({ authorized: 0, captured: 0 });
    await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('says until when, in what is expanded', async () => {
    const { id } = await hold('pm_card_visa', { expand: ['latest_charge'] });
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    const { payment_method_details: details, created } = charge as Stripe.Charge;
    expect(details?.card?.capture_before).toBe(created + 7 * 24 * 3600);
  });

  it('is found by what its metadata say, and only then', async () => {
    const { id } = await hold('pm_card_visa', { metadata: { order_id: 'o-search' } });
    const found = await stripe.paymentIntents.search({ query: `metadata['order_id']:'o-search'` });
    expect(found.data.map((each) => each.id)).toEqual([id]);
    expect((await stripe.paymentIntents.search({ query: `metadata['order_id']:'o-sea'` })).data).toEqual([]);
  });
});

describe('a card that is declined', () => {
  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ])('%s answers %s, %s', async (card, code, declineCode) => {
    const error = await errorOf(hold(card));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: declineCode });
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } });
  });

  it('leaves room for another on the same intent', async () => {
    const { id } = await stripe.paymentIntents.create(held);
    await errorOf(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }));
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
    });

    const confirmed = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(confirmed).toMatchObject({ status: 'requires_capture', last_payment_error: null });
    const charges = await stripe.charges.list({ payment_intent: id });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(await ledgerOf(id)).toMatchObject({ authorizations: 1 });
  });

  it('can be one that is kept first and fails later', async () => {
    const customer = await stripe.customers.create({ email: 'a@example.com' });
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await expect(hold(method.id, { customer: customer.id })).rejects.toMatchObject({ code: 'card_declined' });
    await expect(
      stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }),
    ).rejects.toMatchObject({ code: 'card_declined' });
  });
});

describe('a bank that asks', () => {
  it.each(['pm_card_threeDSecure2Required', 'pm_card_authenticationRequiredOnSetup'])(
    '%s: approved, it is held',
    async (card) => {
      const { id, status, next_action: next } = await hold(card, { return_url: 'https://shop.example/back' });
      expect(status).toBe('requires_action');
      expect(next?.redirect_to_url?.return_url).toBe('https://shop.example/back');
      expect(await ledgerOf(id)).toMatchObject({ authorized: 0 });
      await approve(id);
      expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture', next_action: null });
    },
  );

  it('denied, waits for another card', async () => {
    const { id } = await hold('pm_card_threeDSecure2Required', { return_url: 'https://shop.example/back' });
    await deny(id);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect((await stripe.charges.list({ payment_intent: id })).data).toEqual([]);
  });

  it('abandoned, waits; another try replaces the question', async () => {
    const { id } = await hold('pm_card_threeDSecure2Required', { return_url: 'https://shop.example/back' });
    const again = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(again.status).toBe('requires_capture');
    await expect(approve(id)).rejects.toThrow(/409/);
  });

  it('approves and then declines, where the card says so', async () => {
    const { id } = await hold('pm_card_threeDSecureRequiredChargeDeclined', {
      return_url: 'https://shop.example/back',
    });
    await approve(id);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
  });

  it('cannot ask a customer who is away', async () => {
    const customer = await stripe.customers.create({});
    const away = { off_session: true, customer: customer.id };
    const error = await errorOf(hold('pm_card_authenticationRequired', away));
    expect(error).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' });
    expect(await hold('pm_card_authenticationRequiredSetupForOffSession', away)).toMatchObject({
      status: 'requires_capture',
    });
  });

  it('shows its page at an address of the simulator, whose buttons lead back', async () => {
    const { id, next_action: next } = await hold('pm_card_threeDSecure2Required', {
      return_url: 'https://shop.example/back?a=1',
    });
    const url = next?.redirect_to_url?.url ?? '';
    expect(url.startsWith(account.url)).toBe(true);
    expect(await (await fetch(url)).text()).toContain('Do you pay €25.00?');

    const body = new URLSearchParams({ outcome: 'approve' });
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    expect(answer.status).toBe(303);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      a: '1',
      payment_intent: id,
      redirect_status: 'succeeded',
    });

    expect(await (await fetch(url, { method: 'POST', body })).text()).toContain('does not wait');
  });
});

describe('a refund', () => {
  const captured = async (card = 'pm_card_visa') => {
    const intent = await hold(card);
    return stripe.paymentIntents.capture(intent.id);
  };

  it('is of a part, then of the rest, and never of more', async () => {
    const { id } = await captured();
    await stripe.refunds.create({ payment_intent: id, amount: 1000, metadata: { refund: 'r1' } });
    await expect(stripe.refunds.create({ payment_intent: id, amount: 1501 })).rejects.toMatchObject({
      param: 'amount',
    });
    await stripe.refunds.create({ payment_intent: id });
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(await ledgerOf(id)).toMatchObject({ captured: 2500, refunded: 2500 });
    expect((await stripe.refunds.list({ payment_intent: id })).data.map(({ amount }) => amount)).toEqual([1500, 1000]);
  });

  it('is refused before a capture', async () => {
    const { id } = await hold('pm_card_visa');
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('can fail after it succeeded: the money is the shop’s again', async () => {
    const { id } = await captured();
    const refund = await stripe.refunds.create({ payment_intent: id });
    await account.control.post(`refunds/${refund.id}/fail`);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
    expect(await ledgerOf(id)).toMatchObject({ captured: 2500, refunded: 0 });
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ status: 'succeeded' });
  });
});

describe('a dispute', () => {
  it('takes the money away until the bank decides', async () => {
    const { id, latest_charge: charge } = await stripe.paymentIntents.capture((await hold('pm_card_visa')).id);
    const dispute = await account.control.post<Stripe.Dispute>(`charges/${charge as string}/dispute`);
    expect(await ledgerOf(id)).toMatchObject({ disputed: 2500 });
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({ code: 'charge_disputed' });

    await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' }, submit: true });
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'won' });
    expect(await ledgerOf(id)).toMatchObject({ disputed: 0 });
  });
});
