/** A card of Stripe's test list: what happens when it is charged. https://docs.stripe.com/testing */
export type TestCard = {
  number: string;
  brand: string;
  /** Kept in PaymentMethods instead of the number; also a PaymentMethod that a server may name. */
  name: string;
  funding: 'credit' | 'debit';
  charge: Decline | 'approved';
  authentication: Authentication;
  /** Where it differs from what a charge comes to. */
  attach?: 'approved';
  refund?: 'pending-first' | 'fails-later';
  dispute?: { reason: 'fraudulent' | 'product_not_received'; isInquiry: boolean };
};

/**
 * When the bank wants to see the customer. `unless-set-up`: not once a SetupIntent went through it. `on-session`: not where
 * the customer is away, as with a card that is set up already.
 */
export type Authentication = 'never' | 'always' | 'unless-set-up' | 'on-session';

export type Decline = { code: string; declineCode: string; message: string };

const declined = (declineCode: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  declineCode,
  message,
});
const refusedFor = (code: string, message: string): Decline => ({ code, declineCode: code, message });

const insufficientFunds = declined('insufficient_funds', 'Your card has insufficient funds.');
const card = (number: string, name: string, more: Partial<TestCard> = {}): TestCard => ({
  number,
  name,
  brand: 'visa',
  funding: 'credit',
  charge: 'approved',
  authentication: 'never',
  ...more,
});

export const testCards: readonly TestCard[] = [
  card('4242424242424242', 'pm_card_visa'),
  card('4000056655665556', 'pm_card_visa_debit', { funding: 'debit' }),
  card('5555555555554444', 'pm_card_mastercard', { brand: 'mastercard' }),
  card('5200828282828210', 'pm_card_mastercard_debit', { brand: 'mastercard', funding: 'debit' }),
  card('378282246310005', 'pm_card_amex', { brand: 'amex' }),
  card('6011111111111117', 'pm_card_discover', { brand: 'discover' }),

  card('4000000000000002', 'pm_card_chargeDeclined', { charge: declined('generic_decline') }),
  card('4000000000009995', 'pm_card_chargeDeclinedInsufficientFunds', { charge: insufficientFunds }),
  card('4000000000009987', 'pm_card_chargeDeclinedLostCard', { charge: declined('lost_card') }),
  card('4000000000009979', 'pm_card_chargeDeclinedStolenCard', { charge: declined('stolen_card') }),
  card('4000000000006975', 'pm_card_chargeDeclinedVelocityLimitExceeded', {
    charge: declined(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  }),
  card('4000000000000069', 'pm_card_chargeDeclinedExpiredCard', {
    charge: refusedFor('expired_card', 'Your card has expired.'),
  }),
  card('4000000000000127', 'pm_card_chargeDeclinedIncorrectCvc', {
    charge: refusedFor('incorrect_cvc', "Your card's security code is incorrect."),
  }),
  card('4000000000000119', 'pm_card_chargeDeclinedProcessingError', {
    charge: refusedFor('processing_error', 'An error occurred while processing your card. Try again in a little bit.'),
  }),
  card('4000000000000341', 'pm_card_chargeCustomerFail', { charge: declined('generic_decline'), attach: 'approved' }),

  card('4000002500003155', 'pm_card_authenticationRequiredOnSetup', { authentication: 'unless-set-up' }),
  card('4000002760003184', 'pm_card_authenticationRequired', { authentication: 'always' }),
  card('4000003800000446', 'pm_card_authenticationRequiredSetupForOffSession', { authentication: 'on-session' }),
  card('4000008260003178', 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', {
    authentication: 'always',
    charge: insufficientFunds,
    attach: 'approved',
  }),
  card('4000000000003220', 'pm_card_threeDSecure2Required', { authentication: 'always' }),
  card('4000008400001629', 'pm_card_threeDSecureRequiredChargeDeclined', {
    authentication: 'always',
    charge: declined('generic_decline'),
    attach: 'approved',
  }),
  card('4000000000003055', 'pm_card_threeDSecureOptional'),

  card('4000000000007726', 'pm_card_pendingRefund', { refund: 'pending-first' }),
  card('4000000000005126', 'pm_card_refundFail', { refund: 'fails-later' }),
  card('4000000000000259', 'pm_card_createDispute', { dispute: { reason: 'fraudulent', isInquiry: false } }),
  card('4000000000002685', 'pm_card_createDisputeProductNotReceived', {
    dispute: { reason: 'product_not_received', isInquiry: false },
  }),
  card('4000000000001976', 'pm_card_createDisputeInquiry', { dispute: { reason: 'fraudulent', isInquiry: true } }),
];

const byName = new Map(testCards.map((each) => [each.name, each]));
const byNumber = new Map(testCards.map((each) => [each.number, each]));

/** Names that mean a card which is listed under another. */
const otherNames: Record<string, string> = {
  pm_card_us: 'pm_card_visa',
  pm_card_bypassPending: 'pm_card_visa',
  pm_card_visa_chargeDeclined: 'pm_card_chargeDeclined',
  pm_card_visa_chargeDeclinedInsufficientFunds: 'pm_card_chargeDeclinedInsufficientFunds',
  pm_card_visa_chargeDeclinedLostCard: 'pm_card_chargeDeclinedLostCard',
  pm_card_visa_chargeDeclinedStolenCard: 'pm_card_chargeDeclinedStolenCard',
};

export const cardByName = (name: string): TestCard | undefined => byName.get(otherNames[name] ?? name);
export const cardByNumber = (number: string): TestCard | undefined => byNumber.get(number);

export const last4Of = ({ number }: TestCard): string => number.slice(-4);

/** Whether the bank asks the customer before it approves. */
export function needsAuthentication(
  { authentication }: TestCard,
  { isSetUp, offSession }: { isSetUp: boolean; offSession: boolean },
): boolean {
  if (authentication === 'always') return true;
  if (authentication === 'unless-set-up') return !isSetUp;
  return authentication === 'on-session' && !offSession;
}

/** The check digit of a card number (ISO/IEC 7812-1). */
export function isLuhnValid(number: string): boolean {
  const digits = number.split('').toReversed().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const counted = index % 2 === 1 ? digit * 2 : digit;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}
