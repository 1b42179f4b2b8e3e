import { expect, it } from 'vitest';
import { formatMail } from './commands/mails.ts';

it('shows a mail as a person reads it', () => {
  const mail = {
    ID: '1',
    Date: '2026-11-28T12:00:00Z',
    From: { Name: 'Acme', Address: 'shop@acme.example' },
    To: [{ Name: '', Address: 'ada@example.com' }],
    Subject: 'Your order',
    Text: 'Thank you.\r\nhttp://127.0.0.1:8080/orders/1\r\n',
  };
  expect(formatMail(mail)).toBe(
    'Date: 2026-11-28T12:00:00Z\nFrom: Acme <shop@acme.example>\nTo: ada@example.com\nSubject: Your order\n\n' +
      'Thank you.\nhttp://127.0.0.1:8080/orders/1',
  );
});
