import { texts } from '../../texts.ts';
import { useCombobox } from './combobox.ts';
import { Icon } from '../icon.tsx';
import type { Suggestion } from './suggestions.ts';

export type SearchBoxProps = { action: string; value: string; currency: string | null };

/** A plain search form; in the browser it becomes a combobox with a list of suggestions. */
export function SearchBox({ action, value, currency }: SearchBoxProps) {
  const { input, form, isLive, found, active, spoken } = useCombobox(value, currency);
  return (
    <form class="search" role="search" action={action} method="get" {...form}>
      <label class="visually-hidden" for="q">
        {texts.searchIn}
      </label>
      <input
        id="q"
        class="search-input"
        type="text"
        name="q"
        placeholder={texts.searchHint}
        maxLength={200}
        required
        autoComplete="off"
        inputMode="search"
        enterKeyHint="search"
        {...input}
      />
      {currency && <input type="hidden" name="currency" value={currency} />}
      <button class="search-button" aria-label={texts.search}>
        <Icon shape="search" />
      </button>
      {isLive && <Suggestions found={found} active={active} />}
      {isLive && (
        <p class="visually-hidden" role="status">
          {spoken}
        </p>
      )}
    </form>
  );
}

const Suggestions = ({ found, active }: { found: Suggestion[]; active: number }) => (
  <ul class="suggestions" id="suggestions" role="listbox" aria-label={texts.suggestions} hidden={found.length === 0}>
    {found.map((suggestion, index) => (
      <li
        key={suggestion.href}
        id={`suggestion-${index}`}
        role="option"
        aria-selected={index === active}
        class="suggestion"
        // The input keeps the focus; a click must not take it away before it counts.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => location.assign(suggestion.href)}
      >
        {suggestion.image ? <img src={suggestion.image} alt="" width="48" height="48" /> : <Icon shape="search" />}
        <span class="suggestion-name">{suggestion.name}</span>
        {suggestion.price && <span class="suggestion-price">{suggestion.price}</span>}
      </li>
    ))}
  </ul>
);
