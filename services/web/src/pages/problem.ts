import { texts } from '../texts.ts';
import type { ProblemPage } from './page.ts';
import type { Site } from '../domain/site.ts';

const problems = {
  400: { title: texts.badRequestTitle, text: texts.badRequestText },
  404: { title: texts.notFoundTitle, text: texts.notFoundText },
  429: { title: texts.tooManyTitle, text: texts.tooManyText },
  500: { title: texts.errorTitle, text: texts.errorText },
  503: { title: texts.unavailableTitle, text: texts.unavailableText },
};

/** `again` is the address that may work in a moment; a request id helps support only where we failed. */
export function problemPage(
  status: ProblemPage['status'],
  site: Site,
  { again = null, requestId = null }: { again?: string | null; requestId?: string | null } = {},
): ProblemPage {
  const { title, text } = problems[status];
  return {
    kind: 'problem',
    head: {
      title: `${title} · ${site.name}`,
      description: text,
      canonical: null,
      kind: 'website',
      image: null,
      structured: [],
    },
    status,
    title,
    text,
    again: status === 429 || status >= 500 ? again : null,
    requestId: status === 500 ? requestId : null,
  };
}
