import type { IncomingHttpHeaders } from 'node:http';
import { forbidden } from '@storefront/kit/errors';

/**
 * Refuses a form that another site's page sent (CSRF), besides the cookies' SameSite=Lax. Browsers say where a request comes
 * from: `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) where the shop is trusted, else `Origin`. Who says neither is no
 * browser, and carries no cookies that a foreign page could use.
 */
export function refuseForeignForm(headers: IncomingHttpHeaders, publicUrl: string): void {
  if (!isOurs(headers, publicUrl)) throw forbidden('This form was sent from another site.', 'foreign-form');
}

function isOurs({ 'sec-fetch-site': site, origin, host }: IncomingHttpHeaders, publicUrl: string): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  // A shop on one machine is visited by several names; the edge passes on the one that was asked for.
  return origin === new URL(publicUrl).origin || hostOf(origin) === host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
