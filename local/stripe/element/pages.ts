import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { page, type Answer } from '../../simulator/http/call.ts';

/** Files that a browser may have, and as what. */
const types: Record<string, string> = {
  'stripe.ts': 'text/javascript; charset=utf-8',
  'frame.ts': 'text/javascript; charset=utf-8',
  'challenge-result.ts': 'text/javascript; charset=utf-8',
  'pages.css': 'text/css; charset=utf-8',
};

const files = new Map<string, string>();

/** A script or style of this folder; scripts lose their types on the way out. */
export function elementFile(name: string): Answer {
  const type = types[name];
  if (type === undefined) return { status: 404, text: { type: 'text/plain', content: 'no such file' } };
  const content = files.get(name) ?? read(name);
  files.set(name, content);
  return { status: 200, text: { type, content }, headers: { 'cache-control': 'no-cache' } };
}

function read(name: string): string {
  const source = readFileSync(join(import.meta.dirname, name), 'utf8');
  if (!name.endsWith('.ts')) return source;
  const script = stripTypeScriptTypes(source);
  // Shops load it as a classic script, in which nothing may leak into their own scope.
  return name === 'stripe.ts' ? `(() => {\n${script.replace('export {};', '')}\n})();\n` : script;
}

/** Every frame may stand in any shop; it loads and calls nothing but this origin. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors *",
  'referrer-policy': 'no-referrer',
};

export const controllerPage = (): Answer => page(frame('Payment', ''), headers);

export const cardFormPage = (): Answer => page(frame('Secure payment input frame', cardForm), headers);

const field = (name: string, label: string, attributes: string): string => `
  <div class="field field-${name}">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" inputmode="numeric" required aria-describedby="${name}-error" ${attributes}>
    <p id="${name}-error" class="error" role="alert"></p>
  </div>`;

const cardForm = `<form id="card" novalidate>
  ${field('number', 'Card number', 'autocomplete="cc-number" maxlength="23" placeholder="1234 1234 1234 1234"')}
  ${field('expiry', 'Expiration date', 'autocomplete="cc-exp" maxlength="7" placeholder="MM / YY"')}
  ${field('cvc', 'Security code', 'autocomplete="cc-csc" maxlength="4" placeholder="CVC"')}
</form>`;

const frame = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="/v3/pages.css">
    <script src="/v3/frame.ts" type="module"></script>
  </head>
  <body class="frame">${body}</body>
</html>
`;
