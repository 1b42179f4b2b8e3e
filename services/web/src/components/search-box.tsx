import { useEffect, useRef, useState } from 'preact/hooks';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { useSuggestions, type Suggestion } from './suggestions.ts';

export type SearchBoxProps = { action: string; value: string; currency: string | null };

/**
 * A plain search form; in the browser it becomes a combobox with a list of suggestions
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/, list autocomplete with manual selection).
 */
export function SearchBox({ action, value, currency }: SearchBoxProps) {
  const [isLive, setLive] = useState(false);
  const [typed, setTyped] = useState(value);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const form = useRef<HTMLFormElement>(null);
  const found = useSuggestions(isOpen ? typed : '', currency);
  const isShown = isOpen && found.length > 0;
  useEffect(() => setLive(true), []);
  useEffect(() => setActive(-1), [found]);

  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      setOpen(true);
      setActive(stepped(active, move, found.length));
    } else if (event.key === 'Escape' && isShown) {
      event.preventDefault();
      setOpen(false);
    } else if (event.key === 'Enter' && isShown && found[active]) {
      event.preventDefault();
      location.assign(found[active].href);
    }
  };

  return (
    <form
      class="search"
      role="search"
      action={action}
      method="get"
      ref={form}
      onFocusOut={(event) => {
        if (!form.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <label class="visually-hidden" for="q">
        {texts.searchIn}
      </label>
      <input
        id="q"
        class="search-input"
        type="search"
        name="q"
        value={typed}
        placeholder={texts.searchHint}
        maxLength={200}
        required
        autoComplete="off"
        enterKeyHint="search"
        {...(isLive && {
          role: 'combobox',
          'aria-autocomplete': 'list' as const,
          'aria-expanded': isShown,
          'aria-controls': 'suggestions',
          'aria-activedescendant': isShown && active >= 0 ? `suggestion-${active}` : undefined,
        })}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      {currency && <input type="hidden" name="currency" value={currency} />}
      <button class="search-button" aria-label={texts.search}>
        <Icon shape="search" />
      </button>
      {isLive && <Suggestions found={isShown ? found : []} active={active} />}
      {isLive && (
        <p class="visually-hidden" role="status">
          {isOpen && typed.trim().length > 1 ? texts.suggestionCount(found.length) : ''}
        </p>
      )}
    </form>
  );
}

/** The next row, with "none" between the last and the first: -1, 0 … count - 1. */
const stepped = (active: number, move: number, count: number): number =>
  ((active + 1 + move + (count + 1)) % (count + 1)) - 1;

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
