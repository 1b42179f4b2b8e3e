import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import Router from '@koa/router';
import type { Context } from 'koa';

interface Page {
  type: string;
  body: Buffer;
  etag: string;
}

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Storefront API</title>
<link rel="icon" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="document"></main>
<noscript><p>This page needs script. The same document is at <a href="/openapi.json">/openapi.json</a>.</p></noscript>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#document', deepLinking: true, tryItOutEnabled: true });\n`;

/** `/docs`, where a person reads `/openapi.json` and tries it. */
export function documentationRouter(): Router {
  const pages = documentationPages();
  const router = new Router();
  for (const [path, page] of Object.entries(pages)) router.get(path, (ctx) => answer(ctx, page));
  return router;
}

function documentationPages(): Record<string, Page> {
  const interfaceFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const file = (name: string) => readFileSync(join(interfaceFolder, name));
  return {
    '/docs': page('text/html; charset=utf-8', Buffer.from(html)),
    '/docs/start.js': page('text/javascript; charset=utf-8', Buffer.from(start)),
    '/docs/swagger-ui.js': page('text/javascript; charset=utf-8', file('swagger-ui-bundle.js')),
    '/docs/swagger-ui.css': page('text/css; charset=utf-8', file('swagger-ui.css')),
    '/docs/favicon.png': page('image/png', file('favicon-32x32.png')),
  };
}

function page(type: string, body: Buffer): Page {
  return { type, body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

function answer(ctx: Context, { type, body, etag }: Page): void {
  ctx.status = 200;
  ctx.set({ etag, 'cache-control': 'public, max-age=300', 'content-security-policy': pagePolicy });
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.type = type;
  ctx.body = body;
}
