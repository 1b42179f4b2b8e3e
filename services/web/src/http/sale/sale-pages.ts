import { ServiceError } from '@storefront/kit/errors';
import type { ServiceContext, ServiceMiddleware } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { RememberedCatalogue } from '../../clients/remembered-categories.ts';
import type { Site } from '../../domain/site.ts';
import { frameOf } from '../../pages/frame.ts';
import type { Page } from '../../pages/page.ts';
import { saleProblemPage } from '../../pages/sale/problem.ts';
import { readForm } from '../form.ts';
import type { Render } from '../publisher.ts';
import { openPurse } from '../purse.ts';
import { refuseForeignForm } from '../same-origin.ts';
import { securityHeaders } from '../security-headers.ts';
import { createMatcher, type Outcome, type SaleRequest, type SaleRoute } from './route.ts';

export type SaleDeps = { site: Site; catalogue: RememberedCatalogue; render: Render; log: Log };

/** One person's pages: never kept by anybody, never in the page cache. */
const personal = { 'cache-control': 'private, no-store', 'referrer-policy': 'same-origin' };

/** Answers the pages and forms of a sale. A form is answered by an address to go to, or by its page with what is wrong. */
export function salePages(routes: readonly SaleRoute[], { site, catalogue, render, log }: SaleDeps): ServiceMiddleware {
  const find = createMatcher(routes);
  const isSecure = site.publicUrl.startsWith('https:');

  return async (ctx, next) => {
    const found = find(ctx.method, ctx.path);
    if (!found) return next();
    ctx.set(personal);
    if ('methods' in found) return refuseMethod(ctx, found.methods);
    ctx.state.route = found.route.path;
    try {
      await answer(ctx, await found.route.handle(await requestOf(ctx, found.params)));
    } catch (error) {
      await failed(ctx, error);
    }
    return undefined;
  };

  async function requestOf(ctx: ServiceContext, params: Record<string, string>): Promise<SaleRequest> {
    const isForm = ctx.method === 'POST';
    if (isForm) refuseForeignForm(ctx.req.headers, site.publicUrl);
    return {
      params,
      query: new URLSearchParams(ctx.querystring),
      form: isForm ? await readForm(ctx.req) : new URLSearchParams(),
      purse: openPurse(ctx, { isSecure }),
      shopper: (token = null) => ({ address: ctx.get('x-forwarded-for'), token }),
    };
  }

  async function treeFor(ctx: ServiceContext) {
    const visit = { address: ctx.get('x-forwarded-for') };
    return catalogue.categories(visit).catch(() => catalogue.lastKnownCategories());
  }

  async function answer(ctx: ServiceContext, outcome: Outcome): Promise<void> {
    if ('goTo' in outcome) return leadOn(ctx, outcome);
    const { page, status = 200, retryAfter } = outcome;
    const payment = 'card' in page ? page.card?.script : undefined;
    if (retryAfter) ctx.set('retry-after', String(retryAfter));
    const currency = 'currency' in page ? page.currency : site.currencies[0];
    send(ctx, { status, page, tree: await treeFor(ctx), currency, ...(payment !== undefined && { payment }) });
  }

  /** A script that sent the form goes there itself: from its request it could not be led to the bank. */
  function leadOn(ctx: ServiceContext, { goTo, headers = {} }: Extract<Outcome, { goTo: string }>): void {
    ctx.set({ ...securityHeaders(site.publicUrl), ...personal, ...headers });
    if (ctx.get('accept') === 'application/json') {
      ctx.status = 200;
      ctx.set('content-type', 'application/json; charset=utf-8');
      ctx.body = JSON.stringify({ goTo });
      return;
    }
    ctx.status = 303;
    ctx.set('location', goTo);
    ctx.body = null;
    ctx.status = 303;
  }

  function send(ctx: ServiceContext, { status, page, tree, currency, payment }: Sent): void {
    const around = { currency, here: '', searchedFor: '', inCurrency: () => '' };
    // A cart has one currency for good, so there is none to choose.
    const frame = { ...frameOf(site, tree, around), currencies: [] };
    ctx.status = status;
    ctx.set({ ...securityHeaders(site.publicUrl, payment), ...personal, 'content-type': 'text/html; charset=utf-8' });
    ctx.body = render(page, frame);
  }

  async function failed(ctx: ServiceContext, error: unknown): Promise<void> {
    const known = error instanceof ServiceError ? error : undefined;
    // The path only: a link's query may hold a token.
    if (known) log.warn({ error, path: ctx.path }, known.code);
    else log.error({ error, path: ctx.path }, 'a page of a sale could not be made');
    const status = known?.status ?? 500;
    if (known?.details.retryAfter) ctx.set('retry-after', String(known.details.retryAfter));
    const page = saleProblemPage(status, site, {
      again: ctx.method === 'POST' ? null : ctx.path,
      requestId: ctx.state.request.requestId,
    });
    const tree = status >= 500 ? catalogue.lastKnownCategories() : await treeFor(ctx);
    send(ctx, { status, page, tree, currency: site.currencies[0] });
  }
}

type Sent = {
  status: number;
  page: Page;
  tree: ReturnType<RememberedCatalogue['lastKnownCategories']>;
  currency: string;
  payment?: string;
};

function refuseMethod(ctx: ServiceContext, methods: string[]): void {
  ctx.status = 405;
  ctx.set('allow', methods.join(', '));
  ctx.body = '';
}
