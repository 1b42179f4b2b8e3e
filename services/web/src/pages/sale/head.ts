import type { Site } from '../../domain/site.ts';
import type { Head } from '../page.ts';

/** One person's page: nothing for search engines or previews. */
export const headOf = (title: string, site: Pick<Site, 'name'>): Head => ({
  title: `${title} · ${site.name}`,
  description: title,
  canonical: null,
  kind: 'website',
  image: null,
  structured: [],
});
