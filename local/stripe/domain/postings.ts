import type { Posting } from '../../simulator/ledger.ts';

/**
 * The accounts of the simulator's ledger:
 * `cards` the customers' money, `authorized` held for the shop, `balance` the shop's, `refunds` on its way back, `disputes`
 * taken back by banks until they decide. Fees and payouts are not simulated.
 */
export type Account = 'cards' | 'authorized' | 'balance' | 'refunds' | 'disputes';

type Movement = { kind: string; from: Account; to: Account; amount: number };

/** What happens to money, by name; amounts in minor units. */
export const movements = {
  authorize: (amount: number): Movement[] => [{ kind: 'authorize', from: 'cards', to: 'authorized', amount }],
  /** What is not captured goes back to the customer. */
  capture: (captured: number, authorized: number): Movement[] => [
    { kind: 'capture', from: 'authorized', to: 'balance', amount: captured },
    { kind: 'release', from: 'authorized', to: 'cards', amount: authorized - captured },
  ],
  release: (amount: number): Movement[] => [{ kind: 'release', from: 'authorized', to: 'cards', amount }],
  refund: (amount: number): Movement[] => [{ kind: 'refund', from: 'balance', to: 'refunds', amount }],
  refundPaid: (amount: number): Movement[] => [{ kind: 'refund-paid', from: 'refunds', to: 'cards', amount }],
  refundFailed: (amount: number, wasPaid: boolean): Movement[] => [
    { kind: 'refund-failed', from: wasPaid ? 'cards' : 'refunds', to: 'balance', amount },
  ],
  dispute: (amount: number): Movement[] => [{ kind: 'dispute', from: 'balance', to: 'disputes', amount }],
  disputeWon: (amount: number): Movement[] => [{ kind: 'dispute-won', from: 'disputes', to: 'balance', amount }],
  disputeLost: (amount: number): Movement[] => [{ kind: 'dispute-lost', from: 'disputes', to: 'cards', amount }],
};

export function postingsOf(
  of: { currency: string; subject: string; reference: string },
  moved: readonly Movement[],
): Posting[] {
  return moved
    .filter(({ amount }) => amount !== 0)
    .map(({ kind, from, to, amount }) => ({
      ...of,
      kind,
      lines: [
        { account: from, amount: -amount },
        { account: to, amount },
      ],
    }));
}
