import { page, type Answer } from '../../simulator/http/call.ts';

type Price = { amount: number; currency: string };

/** The bank's question. Its buttons work without script. */
export function challengePage({ price, isFrame }: { price: Price | undefined; isFrame: boolean }): string {
  const question = price ? `Do you pay ${format(price)}?` : 'Do you save this card?';
  return document(
    'Your bank asks (test)',
    `<h1>Your bank asks</h1>
    <p>${question}</p>
    <form method="post"${isFrame ? ' action="?frame=1"' : ''}>
      <button name="outcome" value="approve">Yes, complete</button>
      <button name="outcome" value="deny">No, this was not me</button>
      <button name="outcome" value="abandon">Leave without an answer</button>
    </form>
    <p>A simulator's page: no bank is behind it.</p>`,
  );
}

/** In a frame: tells the page around it, which waits for the word. */
export const resultPage = (result: string): string =>
  document(
    'Thank you',
    `<h1>Thank you</h1><p id="result" data-result="${result}">You can go back to the shop.</p>
    <script src="/v3/challenge-result.ts" type="module"></script>`,
  );

export const messagePage = (title: string, text: string): Answer =>
  page(document(title, `<h1>${title}</h1><p>${text}</p>`));

const document = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="/v3/pages.css">
  </head>
  <body><main>${body}</main></body>
</html>
`;

function format({ amount, currency }: Price): string {
  const formatter = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = formatter.resolvedOptions().maximumFractionDigits ?? 2;
  return formatter.format(amount / 10 ** digits);
}
