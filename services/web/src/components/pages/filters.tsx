import type { FacetChoice, FacetView, ListingPage } from '../../pages/page.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../icon.tsx';

type FiltersView = ListingPage['filters'];

const shownAtOnce = 6;

/** A GET form: without script its button applies it, with script every change does. */
export const Filters = ({ filters }: { filters: FiltersView }) => (
  <details class="filters" id="filters">
    <summary class="filters-summary">
      <Icon shape="filters" />
      {texts.filtersWith(filters.chosen.length)}
    </summary>
    <form class="filters-form" action={filters.action} method="get" id="filters-form" aria-label={texts.filters}>
      {filters.carried.map(({ name, value }) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <fieldset class="facet">
        <legend>{texts.availability}</legend>
        <label class="check">
          <input type="checkbox" id="in-stock" name="inStock" value="true" checked={filters.inStock} />
          <span>{texts.onlyInStock}</span>
        </label>
      </fieldset>
      {filters.price && <PriceRange price={filters.price} />}
      {filters.facets.map((facet) => (
        <Facet key={facet.name} facet={facet} />
      ))}
      <button class="button filters-apply">{texts.apply}</button>
    </form>
  </details>
);

const PriceRange = ({ price }: { price: NonNullable<FiltersView['price']> }) => (
  <fieldset class="facet">
    <legend>
      {texts.price} ({price.symbol})
    </legend>
    <div class="range">
      <Bound name="min" label={texts.priceFrom} value={price.min} hint={price.lowest} />
      <Bound name="max" label={texts.priceTo} value={price.max} hint={price.highest} />
    </div>
  </fieldset>
);

const Bound = ({ name, label, value, hint }: { name: string; label: string; value: string; hint: string }) => (
  <label class="field" for={`price-${name}`}>
    <span>{label}</span>
    <input
      id={`price-${name}`}
      name={name}
      value={value}
      placeholder={hint}
      inputMode="decimal"
      pattern="\d{1,9}([.,]\d{1,3})?"
      maxLength={13}
      autoComplete="off"
    />
  </label>
);

const Facet = ({ facet }: { facet: FacetView }) => {
  const first = facet.choices.filter(({ isChosen }, index) => isChosen || index < shownAtOnce);
  const rest = facet.choices.filter((choice) => !first.includes(choice));
  return (
    <fieldset class="facet">
      <legend>{facet.label}</legend>
      <Choices facet={facet} choices={first} />
      {rest.length > 0 && (
        <details class="facet-rest" id={`more-${facet.name}`}>
          <summary>{texts.showMore(rest.length)}</summary>
          <Choices facet={facet} choices={rest} />
        </details>
      )}
    </fieldset>
  );
};

const Choices = ({ facet, choices }: { facet: FacetView; choices: FacetChoice[] }) => (
  <ul role="list">
    {choices.map((choice) => (
      <li key={choice.value}>
        <label class="check">
          <input
            type={facet.isSingle ? 'radio' : 'checkbox'}
            id={`choice-${facet.name}-${choice.value}`}
            name={facet.parameter}
            value={choice.value}
            checked={choice.isChosen}
          />
          <span>{choice.label}</span>
          <span class="count">
            {choice.count} <span class="visually-hidden">{texts.products}</span>
          </span>
        </label>
      </li>
    ))}
  </ul>
);
