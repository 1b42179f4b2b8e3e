import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../simulator/faults/rules.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import type { reportLedger } from '../control.ts';
import { endpoints } from '../dialect.ts';
import { connect, openTestAccount, publishableKey, secretKey, type TestAccount } from './account.ts';

let account: TestAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await openTestAccount();
  stripe = account.stripe;
});
afterAll(() => account.close());
afterEach(() => setFaults());

const setFaults = (...rules: FaultRule[]) => account.control.put('faults', rules);
const params = {
  amount: 2500,
  currency: 'eur',
  capture_method: 'manual',
  confirm: true,
  payment_method: 'pm_card_visa',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;
const pay = (idempotencyKey: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({ ...params, metadata: { key: idempotencyKey }, ...more }, { idempotencyKey });
const paymentsOf = async (key: string) => {
  const { payments } = await account.control.get<ReturnType<typeof reportLedger>>('ledger');
  return payments.filter(({ metadata }) => metadata['key'] === key);
};

describe('an idempotency key', () => {
  it('answers the same again, and says so', async () => {
    const first = await pay('k-same');
    const second = await pay('k-same');
    expect(second).toEqual(first);
    const { headers, requestId } = second.lastResponse;
    expect(headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId });
    expect(requestId).not.toBe(first.lastResponse.requestId);
    expect(await paymentsOf('k-same')).toHaveLength(1);
  });

  it('is refused with other parameters', async () => {
    await pay('k-other');
    await expect(pay('k-other', { amount: 2600 })).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    });
  });

  it('remembers a declined card', async () => {
    const decline = { payment_method: 'pm_card_chargeDeclined' };
    await expect(pay('k-declined', decline)).rejects.toMatchObject({ code: 'card_declined' });
    await expect(pay('k-declined', decline)).rejects.toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
    expect(await paymentsOf('k-declined')).toHaveLength(1);
  });

  it('does not remember what was never begun', async () => {
    await expect(pay('k-invalid', { currency: 'nothing' })).rejects.toMatchObject({ param: 'currency' });
    expect(await pay('k-invalid')).toMatchObject({ status: 'requires_capture' });
  });

  it('is forgotten after a day of simulated time', async () => {
    const first = await pay('k-day');
    await account.control.put('clock', { advanceMs: 24 * 3600 * 1000 });
    const second = await pay('k-day');
    expect(second.id).not.toBe(first.id);
  });

  it('is refused while its first request runs', async () => {
    await setFaults({ match: { route: 'POST /v1/payment_intents', nth: 1 }, fault: { kind: 'slow', byMs: 300 } });
    const outcomes = await Promise.allSettled([pay('k-twice'), pay('k-twice')]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(await paymentsOf('k-twice')).toHaveLength(1);
  });
});

describe('a fault', () => {
  const once = (
    kind: 'lost-response' | 'error-after-commit' | 'error-before-commit' | 'conflict' | 'rate-limit' | 'down',
  ) =>
    // Its client tries a broken connection once more by itself, whatever it was told.
    setFaults({
      match: { route: 'POST /v1/payment_intents', times: kind === 'lost-response' || kind === 'down' ? 2 : 1 },
      fault: { kind },
    });

  it('loses the answer of what was done: the key finds it', async () => {
    await once('lost-response');
    await expect(pay('f-lost')).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect(await paymentsOf('f-lost')).toMatchObject([{ authorized: 2500 }]);
    expect((await pay('f-lost')).lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(await paymentsOf('f-lost')).toHaveLength(1);
  });

  it('answers 500 after it was done, and the key answers so for ever: only a look finds it', async () => {
    await once('error-after-commit');
    // Its client does not try again by itself: the answer would be the same.
    const failure = { statusCode: 500, headers: { 'stripe-should-retry': 'false' } };
    await expect(pay('f-500')).rejects.toMatchObject(failure);
    await expect(pay('f-500')).rejects.toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    const found = await stripe.paymentIntents.search({ query: `metadata['key']:'f-500'` });
    expect(found.data).toMatchObject([{ status: 'requires_capture' }]);
  });

  it.each([
    ['error-before-commit', 500],
    ['conflict', 409],
    ['rate-limit', 429],
  ] as const)('%s answers %i with nothing done; the key can be used', async (kind, status) => {
    await once(kind);
    await expect(pay(`f-${kind}`)).rejects.toMatchObject({ statusCode: status });
    expect(await paymentsOf(`f-${kind}`)).toEqual([]);
    expect(await pay(`f-${kind}`)).toMatchObject({ status: 'requires_capture' });
  });

  it('hangs: whoever does not wait finds it done, and the key in use until it ends', async () => {
    await setFaults({ match: { route: 'POST /v1/payment_intents', nth: 1 }, fault: { kind: 'hang', forMs: 600 } });
    const impatient = connect(account.url, { timeout: 100 });
    const options = { idempotencyKey: 'f-hang' };
    const asked = { ...params, metadata: { key: 'f-hang' } };
    await expect(impatient.paymentIntents.create(asked, options)).rejects.toMatchObject({
      type: 'StripeConnectionError',
    });
    expect(await paymentsOf('f-hang')).toMatchObject([{ authorized: 2500 }]);
    await expect(pay('f-hang')).rejects.toMatchObject({ statusCode: 409 });
    await expect
      .poll(() =>
        pay('f-hang').then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('requires_capture');
    expect(await paymentsOf('f-hang')).toHaveLength(1);
  });

  it('is down for an hour of simulated time', async () => {
    await setFaults({ match: { route: '*', lastsMs: 3_600_000 }, fault: { kind: 'down' } });
    await expect(pay('f-down')).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await account.control.put('clock', { advanceMs: 3_600_000 });
    expect(await pay('f-down')).toMatchObject({ status: 'requires_capture' });
  });

  it('strikes by what the request holds, and by chance that can be repeated', async () => {
    await setFaults({ match: { route: '*', contains: 'metadata[key]=f-mine' }, fault: { kind: 'rate-limit' } });
    await pay('f-yours');
    await expect(pay('f-mine')).rejects.toMatchObject({ statusCode: 429 });

    const draw = async () => {
      await setFaults({ match: { route: 'GET *', probability: 0.5 }, fault: { kind: 'rate-limit' } });
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => stripe.events.list({ limit: 1 })));
      return outcomes.filter(({ status }) => status === 'rejected').length;
    };
    await account.control.put('settings', { seed: 'seven' });
    const first = await draw();
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(18);
    expect(await draw()).toBe(first);
  });
});

describe('who may do what', () => {
  it('tells a wrong key', async () => {
    await expect(connect(account.url, { key: 'sk_test_wrong' }).events.list()).rejects.toMatchObject({
      statusCode: 401,
    });
  });

  it('lets a browser see the payment whose secret it has, and nothing else', async () => {
    const browser = connect(account.url, { key: publishableKey });
    const { id, client_secret: secret } = await pay('w-browser');
    const seen = await browser.paymentIntents.retrieve(id, { client_secret: secret ?? '' });
    expect(seen).toMatchObject({ id, status: 'requires_capture' });
    await expect(browser.paymentIntents.retrieve(id)).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(browser.paymentIntents.retrieve(id, { client_secret: `${id}_secret_x` })).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(browser.paymentIntents.capture(id)).rejects.toMatchObject({ code: 'secret_key_required' });
    await expect(browser.charges.list()).rejects.toMatchObject({ statusCode: 403 });
  });

  it('takes card numbers from browsers only, and writes none down', async () => {
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' };
    await expect(stripe.paymentMethods.create({ type: 'card', card })).rejects.toMatchObject({ statusCode: 402 });
    const made = await connect(account.url, { key: publishableKey }).paymentMethods.create({ type: 'card', card });
    expect(made.card).toMatchObject({ brand: 'visa', last4: '4242' });

    const journal = await account.control.get<JournalEntry[]>('requests?route=POST /v1/payment_methods');
    expect(journal.at(-1)?.parameters).toMatchObject({ card: { number: '…4242', cvc: '…' } });
    expect(JSON.stringify([journal, made])).not.toContain('4242424242424242');
  });

  it.each([
    ['4242424242424241', 'incorrect_number'],
    ['4111111111111111', 'card_declined'],
  ])('refuses %s: %s', async (number, code) => {
    const browser = connect(account.url, { key: publishableKey });
    const card = { number, exp_month: 12, exp_year: 2040, cvc: '123' };
    await expect(browser.paymentMethods.create({ type: 'card', card })).rejects.toMatchObject({ code });
  });

  it.each([secretKey, publishableKey, ''])('opens the control API by its own token only', async (token) => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    expect((await fetch(`${account.url}/simulator/ledger`, { headers })).status).toBe(401);
  });
});

describe('a request that is wrong', () => {
  it('is refused, whatever it is', async () => {
    const name = fc.oneof(
      fc.constantFrom(
        'amount',
        'metadata[a]',
        'metadata',
        'expand[]',
        'payment_method',
        '__proto__[a]',
        'shipping[address]',
      ),
      fc.string({ maxLength: 12 }),
    );
    const fields = fc.array(fc.tuple(name, fc.string({ maxLength: 12 })), { maxLength: 5 });
    const route = fc.constantFrom(...Object.keys(endpoints));
    const send = fc.asyncProperty(route, fc.string({ maxLength: 8 }), fields, async (target, id, form) => {
      const [method = '', path = ''] = target.split(' ');
      const url = account.url + path.replaceAll(':id', encodeURIComponent(id) || 'x');
      const body = new URLSearchParams(form);
      const headers = { authorization: `Bearer ${secretKey}` };
      const init = method === 'POST' ? { method, headers, body } : { method, headers };
      const response = await fetch(method === 'POST' ? url : `${url}?${body.toString()}`, init);
      expect(response.status).toBeLessThan(500);
      await response.body?.cancel();
    });
    await fc.assert(send, { numRuns: 400 });
  });

  it.each([
    [{ amount: 2500 }, 'parameter_missing', 'currency'],
    [{ ...params, flavour: 'mint' }, 'parameter_unknown', 'flavour'],
    [{ ...params, amount: 'much' }, undefined, 'amount'],
    [{ ...params, amount: 10 }, 'amount_too_small', 'amount'],
    [{ ...params, payment_method: 'pm_nothing' }, 'resource_missing', 'payment_method'],
  ])('%j: %s, %s', async (wrong, code, param) => {
    const create = stripe.paymentIntents.create(wrong as unknown as Stripe.PaymentIntentCreateParams);
    await expect(create).rejects.toMatchObject({ code, param });
  });

  it('needs a return_url where a method could redirect', async () => {
    await expect(pay('r-url', { automatic_payment_methods: { enabled: true } })).rejects.toThrow('return_url');
  });

  it('speaks one version of the API', async () => {
    const old = stripe.events.list({}, { apiVersion: '2020-08-27' });
    await expect(old).rejects.toThrow('2026-10-28.endive');
  });
});
