import type { Letter } from './letter.ts';

export type Envelope = { from: string; messageId: string; at: Date };

/**
 * The letter as it travels (RFC 5322, RFC 2046): text and HTML, each in base64, for prices and names are seldom ASCII. Written here, for
 * the library's composer took a third of what a mail costs this process.
 */
export function messageOf({ to, subject, text, html }: Letter, { from, messageId, at }: Envelope): string {
  // Cannot occur in base64.
  const boundary = '=_parts';
  const part = (type: string, content: string) =>
    lines(
      `--${boundary}`,
      `Content-Type: ${type}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(content),
    );
  const head = lines(
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${encodedWords(subject)}`,
    `Message-ID: <${messageId}>`,
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
  );
  return lines(head, part('text/plain', text), part('text/html', html), `--${boundary}--`, '');
}

const lines = (...all: string[]): string => all.join('\r\n');

/** Lines of 76 characters (RFC 2045 6.8). */
const base64 = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n');

/** A header is ASCII, or encoded words of at most 75 characters, none of which cuts a character in two (RFC 2047). */
function encodedWords(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}
