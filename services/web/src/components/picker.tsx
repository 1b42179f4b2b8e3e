import { useEffect, useRef, useState } from 'preact/hooks';
import type { Link } from '../domain/links.ts';
import type { Picture } from '../domain/picture.ts';
import { chooseVariant, isNeighbour } from '../domain/variant.ts';
import type { PickerView, VariantView } from '../pages/page.ts';
import { texts } from '../texts.ts';
import { Gallery } from './gallery.tsx';
import { Icon } from './icon.tsx';
import { Photo } from './photo.tsx';

export type PickerProps = { name: string; brand: Link | null; picker: PickerView };

/** Pictures, price and options of a product. Every choice is a link to the same page; script saves the round trip. */
export function Picker({ name, brand, picker }: PickerProps) {
  const [sku, setSku] = useState(picker.chosen);
  const chosen = picker.variants.find((variant) => variant.sku === sku) ?? picker.variants[0];
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && chosen) history.replaceState(null, '', chosen.href);
    isFirst.current = false;
  }, [chosen]);
  if (!chosen) return null;

  return (
    <>
      <Gallery pictures={picker.pictures} shown={chosen.picture} />
      <div class="offer">
        {brand && (
          <a class="offer-brand" href={brand.href}>
            {brand.name}
          </a>
        )}
        <h1>{name}</h1>
        <div class="offer-terms" aria-live="polite">
          <p class="price">{chosen.price}</p>
          <p class="price-note">{texts.taxIncluded}</p>
          <p class={chosen.inStock ? 'stock stock-in' : 'stock stock-out'}>
            {chosen.inStock ? texts.inStock : texts.outOfStock}
          </p>
        </div>
        {picker.options.map((option) => (
          <Option key={option.name} option={option} picker={picker} chosen={chosen} onChoose={setSku} />
        ))}
        <AddToCart chosen={chosen} currency={picker.currency} />
        <p class="sku">
          {texts.articleNumber} {chosen.sku}
        </p>
      </div>
    </>
  );
}

/** A form of its own, so that it works without script; the cart it adds to is known by a cookie. */
const AddToCart = ({ chosen, currency }: { chosen: VariantView; currency: string }) => (
  <form class="add" method="post" action="/cart/items" data-once>
    <input type="hidden" name="sku" value={chosen.sku} />
    <input type="hidden" name="currency" value={currency} />
    <label class="field" for="units">
      <span>{texts.units}</span>
      <input id="units" name="units" type="number" min={1} max={99} defaultValue="1" required inputMode="numeric" />
    </label>
    <button class="button" disabled={!chosen.inStock}>
      <Icon shape="cart" />
      {chosen.inStock ? texts.addToCart : texts.outOfStock}
    </button>
  </form>
);

type OptionProps = {
  option: PickerView['options'][number];
  picker: PickerView;
  chosen: VariantView;
  onChoose: (sku: string) => void;
};

const Option = ({ option, picker, chosen, onChoose }: OptionProps) => {
  const values = option.values.flatMap((value) => {
    const variant = chooseVariant(picker.variants, chosen, option.name, value);
    return variant ? [{ value, variant }] : [];
  });
  if (values.length === 0) return null;
  return (
    <div class="option" role="group" aria-labelledby={`option-${option.name}`}>
      <p class="option-label" id={`option-${option.name}`}>
        {option.label}: <b>{chosen.options[option.name]}</b>
      </p>
      <ul role="list">
        {values.map(({ value, variant }) => (
          <li key={value}>
            <Choice
              value={value}
              variant={variant}
              picture={option.isSeen ? (picker.pictures[variant.picture] ?? null) : null}
              isChosen={chosen.options[option.name] === value}
              keepsTheRest={isNeighbour(variant, chosen, option.name)}
              onChoose={onChoose}
            />
          </li>
        ))}
      </ul>
    </div>
  );
};

type ChoiceProps = {
  value: string;
  variant: VariantView;
  picture: Picture | null;
  isChosen: boolean;
  /** False when this value is only sold with other values of the other options. */
  keepsTheRest: boolean;
  onChoose: (sku: string) => void;
};

const Choice = ({ value, variant, picture, isChosen, keepsTheRest, onChoose }: ChoiceProps) => (
  <a
    class={`choice${picture ? ' choice-pictured' : ''}${keepsTheRest && variant.inStock ? '' : ' choice-away'}`}
    href={variant.href}
    rel="nofollow"
    aria-current={isChosen ? 'true' : undefined}
    onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      onChoose(variant.sku);
    }}
  >
    {picture && <Photo picture={picture} sizes="3rem" loading="soon" isDecoration />}
    {value}
    {!keepsTheRest && <span class="visually-hidden"> ({texts.notWith})</span>}
    {keepsTheRest && !variant.inStock && <span class="visually-hidden"> ({texts.variantOut})</span>}
  </a>
);
