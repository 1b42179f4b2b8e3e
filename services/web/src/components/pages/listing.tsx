import type { Link } from '../../domain/links.ts';
import type { ListingPage } from '../../pages/page.ts';
import { texts } from '../../texts.ts';
import { Breadcrumbs } from '../breadcrumbs.tsx';
import { CardGrid } from '../card.tsx';
import { Icon } from '../icon.tsx';
import { Filters } from './filters.tsx';

export const ListingMain = ({ page }: { page: ListingPage }) => (
  <div class="listing wrap">
    <Breadcrumbs trail={page.breadcrumbs} />
    <div class="listing-head">
      <h1>{page.heading}</h1>
      {page.subcategories.length > 0 && <Chips label={texts.subcategories(page.heading)} links={page.subcategories} />}
    </div>
    <p class="visually-hidden" role="status" id="list-status" />
    {/* What a change of filters replaces, when script is there to do it. */}
    <div class={hasFilters(page) ? 'listing-body' : 'listing-body listing-body-wide'} id="list">
      {hasFilters(page) && <Filters filters={page.filters} />}
      <section class="results" aria-label={texts.matchesLabel}>
        {(page.cards.length > 0 || hasFilters(page)) && <Toolbar page={page} />}
        {page.cards.length > 0 && <CardGrid cards={page.cards} level={2} isAbove />}
        {page.empty && (
          <Empty empty={page.empty} cleared={page.filters.chosen.length > 0 ? page.filters.cleared : null} />
        )}
        <Pager next={page.next} first={page.first} />
      </section>
    </div>
  </div>
);

const hasFilters = ({ cards, filters }: ListingPage): boolean => cards.length > 0 || filters.chosen.length > 0;

const Chips = ({ label, links }: { label: string; links: Link[] }) => (
  <nav class="chips" aria-label={label}>
    <ul role="list">
      {links.map(({ name, href }) => (
        <li key={href}>
          <a class="chip" href={href}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const Toolbar = ({ page: { matches, filters, sorts } }: { page: ListingPage }) => (
  <div class="toolbar">
    <p class="matches" id="matches">
      {matches}
    </p>
    <details class="menu sort-menu" id="sort">
      <summary>
        <span class="menu-label">{texts.sortBy}: </span>
        {sorts.find(({ isChosen }) => isChosen)?.name}
        <Icon shape="chevron" />
      </summary>
      <ul role="list">
        {sorts.map(({ name, href, isChosen }) => (
          <li key={href}>
            <a href={href} rel="nofollow" aria-current={isChosen ? 'true' : undefined} data-list>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </details>
    {filters.chosen.length > 0 && (
      <ul class="chosen" role="list" aria-label={texts.chosen}>
        {filters.chosen.map(({ label, without }) => (
          <li key={without}>
            <a class="chip chip-chosen" href={without} rel="nofollow" aria-label={texts.removeFilter(label)} data-list>
              {label}
              <Icon shape="close" />
            </a>
          </li>
        ))}
        <li>
          <a class="text-link" href={filters.cleared} data-list>
            {texts.clearFilters}
          </a>
        </li>
      </ul>
    )}
  </div>
);

const Pager = ({ next, first }: { next: string | null; first: string | null }) =>
  next === null && first === null ? null : (
    <nav class="pager" aria-label={texts.pages}>
      {first && (
        <a class="button button-quiet" href={first}>
          {texts.firstPage}
        </a>
      )}
      {next && (
        <a class="button" href={next} rel="next nofollow">
          {texts.nextPage}
          <Icon shape="arrow" />
        </a>
      )}
    </nav>
  );

type Empty = { empty: NonNullable<ListingPage['empty']>; cleared: string | null };

const Empty = ({ empty, cleared }: Empty) => (
  <div class="empty">
    {empty.title && <h2>{empty.title}</h2>}
    {empty.hint && <p class="lead">{empty.hint}</p>}
    {cleared && (
      <p>
        <a class="button" href={cleared} data-list>
          {texts.clearFilters}
        </a>
      </p>
    )}
    {empty.categories.length > 0 && <Chips label={texts.startFrom} links={empty.categories} />}
    {empty.arrivals.length > 0 && (
      <section aria-labelledby="meanwhile">
        <h2 id="meanwhile">{texts.meanwhile}</h2>
        <CardGrid cards={empty.arrivals} level={3} />
      </section>
    )}
  </div>
);
