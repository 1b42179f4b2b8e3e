import { useEffect, useState } from 'preact/hooks';
import { texts } from '../../texts.ts';
import { useSuggestions } from './suggestions.ts';

/**
 * The search field's behaviour in a browser: an editable combobox with a list to choose from by hand
 * (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Until then, and without script, it is a text field.
 */
export function useCombobox(value: string, currency: string | null) {
  const [isLive, setLive] = useState(false);
  const [typed, setTyped] = useState(value);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggested = useSuggestions(isOpen ? typed : '', currency);
  const found = isOpen ? suggested : [];
  useEffect(() => setLive(true), []);
  useEffect(() => setActive(-1), [suggested]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = event.key === 'Enter' ? found[active] : undefined;
    const closes = event.key === 'Escape' && found.length > 0;
    if (!step && !chosen && !closes) return;
    event.preventDefault();
    if (chosen) location.assign(chosen.href);
    setOpen(!closes);
    if (step) setActive(stepped(active, step, found.length));
  };

  return {
    isLive,
    found,
    active,
    spoken: isOpen && typed.trim().length > 1 ? texts.suggestionCount(found.length) : '',
    form: {
      onFocusOut: ({ currentTarget, relatedTarget }: FocusEvent) => {
        if (!(currentTarget as Node).contains(relatedTarget as Node | null)) setOpen(false);
      },
    },
    input: {
      value: typed,
      onInput: ({ currentTarget }: InputEvent) => {
        setTyped((currentTarget as HTMLInputElement).value);
        setOpen(true);
      },
      onKeyDown,
      ...(isLive && comboboxAttributes(found.length > 0, active)),
    },
  };
}

const comboboxAttributes = (isShown: boolean, active: number) => ({
  role: 'combobox' as const,
  'aria-autocomplete': 'list' as const,
  'aria-expanded': isShown,
  'aria-controls': 'suggestions',
  'aria-activedescendant': isShown && active >= 0 ? `suggestion-${active}` : undefined,
});

/** The next row, with "none" between the last and the first: -1, 0 … count - 1. */
const stepped = (active: number, step: number, count: number): number =>
  ((active + 1 + step + (count + 1)) % (count + 1)) - 1;
