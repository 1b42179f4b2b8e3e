import { linksIn } from '../../domain/links.ts';
import type { Site } from '../../domain/site.ts';
import { orderTexts } from '../../order-texts.ts';
import { saleTexts } from '../../sale-texts.ts';
import { texts } from '../../texts.ts';
import type { ProblemPage } from '../page.ts';
import { problemPage } from '../problem.ts';
import { headOf } from './head.ts';
import type { AdvicePage, AgainPage } from './views.ts';

type Again = { action: string; form: URLSearchParams; about: 'cart' | 'checkout' | 'order' };

/** Nothing that was sent is lost while we are away: the page carries it, and sends it again. */
export const againPage = ({ action, form, about }: Again, site: Site): AgainPage => ({
  kind: 'again',
  head: headOf(saleTexts.awayTitle, site),
  title: saleTexts.awayTitle,
  text: saleTexts.away[about],
  action,
  fields: [...form].map(([name, value]) => ({ name, value })),
});

export const orderNotHerePage = (site: Site): AdvicePage => ({
  kind: 'advice',
  head: headOf(orderTexts.orderNotHereTitle, site),
  title: orderTexts.orderNotHereTitle,
  text: orderTexts.orderNotHereText,
  links: [{ name: texts.home, href: linksIn(site.currencies[0], site.currencies).home() }],
});

/** Anything else that keeps a page of a sale from being made. */
export function saleProblemPage(
  status: number,
  site: Site,
  { again, requestId }: { again: string | null; requestId: string },
): ProblemPage {
  const page = problemPage(pageStatus(status), site, { again, requestId });
  if (status === 403) return { ...page, title: saleTexts.foreignTitle, text: saleTexts.foreignText };
  return status === 503 ? { ...page, title: saleTexts.awayTitle, text: saleTexts.away.page } : page;
}

function pageStatus(status: number): ProblemPage['status'] {
  if (status === 404 || status === 429 || status === 503) return status;
  return status >= 500 ? 500 : 400;
}
