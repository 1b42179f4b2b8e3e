import type { ServiceMiddleware } from '@storefront/kit/http';
import type { Site } from '../domain/site.ts';
import { answerOf, send, type Answer } from './answer.ts';

/** What machines ask for by a fixed name: robots.txt and the web app manifest. */
export function robots(site: Site): ServiceMiddleware {
  const day = { 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' };
  const answers: Record<string, Answer> = {
    '/robots.txt': answerOf(200, robotsText(site), { ...day, 'content-type': 'text/plain; charset=utf-8' }),
    '/manifest.webmanifest': answerOf(200, JSON.stringify(manifest(site)), {
      ...day,
      'content-type': 'application/manifest+json',
    }),
  };
  return (ctx, next) => {
    const answer = ctx.method === 'GET' || ctx.method === 'HEAD' ? answers[ctx.path] : undefined;
    if (!answer) return next();
    ctx.state.route = ctx.path;
    send(ctx, answer);
    return undefined;
  };
}

/** Filtered and sorted lists are the same products again: crawlers need the lists themselves, and the sitemap. */
const robotsText = ({ publicUrl }: Site): string =>
  `User-agent: *
Disallow: /search
Disallow: /suggestions
Disallow: /api/
Disallow: /cart
Disallow: /checkout
Disallow: /orders/
Disallow: /*attribute.
Disallow: /*sort=
Disallow: /*min=
Disallow: /*max=

Sitemap: ${publicUrl}/sitemap.xml
`;

const manifest = ({ name }: Site): object => ({
  name,
  short_name: name,
  start_url: '/',
  display: 'minimal-ui',
  background_color: '#f5f5f2',
  theme_color: '#2a35d8',
  icons: [
    { src: '/favicon.svg', type: 'image/svg+xml', sizes: 'any' },
    { src: '/icon-192.png', type: 'image/png', sizes: '192x192', purpose: 'any' },
    { src: '/icon-512.png', type: 'image/png', sizes: '512x512', purpose: 'any maskable' },
  ],
});
