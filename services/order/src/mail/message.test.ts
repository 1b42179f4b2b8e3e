import { describe, expect, it } from 'vitest';
import { messageOf } from './message.ts';

const envelope = { from: 'shop@example.com', messageId: '1.confirmation@example.com', at: new Date(0) };
const letter = { to: 'ada@example.com', subject: 'Your order', text: 'Two mugs', html: '<p>Two mugs</p>' };

/** The headers, and the parts decoded again. */
function read(message: string) {
  const [head = '', ...parts] = message.split('\r\n--=_parts');
  const bodies = parts.slice(0, -1).map((part) => {
    const [, body = ''] = part.split('\r\n\r\n');
    return Buffer.from(body, 'base64').toString();
  });
  return { headers: head.split('\r\n'), bodies, end: parts.at(-1) };
}

describe('a mail on its way', () => {
  it('bears its headers and says the same twice', () => {
    const { headers, bodies, end } = read(messageOf(letter, envelope));
    expect(headers).toEqual([
      'From: shop@example.com',
      'To: ada@example.com',
      'Subject: Your order',
      'Message-ID: <1.confirmation@example.com>',
      'Date: Thu, 01 Jan 1970 00:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="=_parts"',
      '',
    ]);
    expect(bodies).toEqual([letter.text, letter.html]);
    expect(end).toBe('--\r\n');
  });

  it.each([[56], [57], [58], [1_000]])('has no line that is too long: %d characters', (length) => {
    const text = '€'.repeat(length);
    const message = messageOf({ ...letter, text, html: text }, envelope);
    expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(message).not.toMatch(/(?<!\r)\n/);
    expect(read(message).bodies).toEqual([text, text]);
  });

  it('has headers of ASCII, whatever is in its subject', () => {
    const subject = `Bestellung für «Größe»: ${'😀'.repeat(30)}\r\nBcc: eve@example.com`;
    const message = messageOf({ ...letter, subject }, envelope);
    expect(message).toMatch(/^[\r\n -~]*$/);
    expect(message).not.toContain('Bcc');
    const words = [...message.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)];
    expect(Math.max(...words.map(([word]) => word.length))).toBeLessThanOrEqual(75);
    expect(words.map(([, word = '']) => Buffer.from(word, 'base64').toString()).join('')).toBe(subject);
  });
});
