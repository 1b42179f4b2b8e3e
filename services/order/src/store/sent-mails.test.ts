import type { OrderId } from '@storefront/commerce/order-ids';
import { describe, expect, it } from 'vitest';
import { createSentMails } from './sent-mails.ts';

const orderId = '01a224f2-6875-845f-bc0e-5c0401e0d939' as OrderId;
const mail = { kind: 'confirmation', at: new Date(0) } as const;

describe('a mail that was sent', () => {
  it('is written down with the next change of its order, once', async () => {
    const sent = createSentMails();
    const isWritten = sent.withNextChange(orderId, mail, 10_000);
    expect(await sent.along(orderId, async (mails) => mails.map(({ kind }) => kind))).toEqual(['confirmation']);
    expect(await isWritten).toBe(true);
    expect(await sent.along(orderId, async (mails) => mails)).toEqual([]);
  });

  it('is written down by itself when that change fails, or none comes', async () => {
    const sent = createSentMails();
    const isWritten = sent.withNextChange(orderId, mail, 10_000);
    const stale = new Error('stale');
    await expect(sent.along(orderId, () => Promise.reject(stale))).rejects.toBe(stale);
    expect(await isWritten).toBe(false);
    expect(await sent.withNextChange(orderId, mail, 1)).toBe(false);
    expect(await sent.along(orderId, async (mails) => mails)).toEqual([]);
  });

  it('does not wait for a change of another order, nor keep one that is late', async () => {
    const sent = createSentMails();
    const other = '01a224f2-6875-845f-bc0e-5c0401e0d93a' as OrderId;
    const [first, second] = [sent.withNextChange(orderId, mail, 1), sent.withNextChange(orderId, mail, 10_000)];
    expect(await sent.along(other, async (mails) => mails)).toEqual([]);
    expect(await first).toBe(false);
    expect(await sent.along(orderId, async (mails) => mails)).toHaveLength(1);
    expect(await second).toBe(true);
  });
});
