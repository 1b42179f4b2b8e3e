import type { Frame } from '../pages/page.ts';
import { texts } from '../texts.ts';
import { Icon, Sign } from './icon.tsx';
import { Island } from './island.tsx';
import { SearchBox } from './search/search-box.tsx';

export const Header = ({ frame }: { frame: Frame }) => (
  <header class="header">
    <div class="header-bar wrap">
      <a class="wordmark" href={frame.links.home} aria-label={texts.brandHome(frame.shop)}>
        <Sign />
        <span>{frame.shop}</span>
      </a>
      <Island
        name="search-box"
        component={SearchBox}
        props={{ action: '/search', value: frame.searchedFor, currency: frame.carriedCurrency }}
      />
      {frame.currencies.length > 1 && <CurrencyMenu frame={frame} />}
      <CartLink href={frame.links.cart} />
    </div>
    <nav class="departments" aria-label={texts.categories}>
      <ul class="wrap" role="list">
        <li>
          <a href={frame.links.products} aria-current={frame.here === frame.links.products ? 'true' : undefined}>
            {texts.allProducts}
          </a>
        </li>
        {frame.categories.map(({ name, href }) => (
          <li key={href}>
            <a href={href} aria-current={frame.here === href ? 'true' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  </header>
);

/** The page is the same for all: how much is in the cart is filled in by a script, from a cookie. */
const CartLink = ({ href }: { href: string }) => (
  <a class="cart-link" href={href} id="cart-link">
    <Icon shape="cart" />
    <span>{texts.cart}</span>
    <span class="cart-count" id="cart-count" hidden />
    <span class="visually-hidden" id="cart-items" />
  </a>
);

const CurrencyMenu = ({ frame }: { frame: Frame }) => (
  <details class="menu currency-menu">
    <summary>
      <span class="visually-hidden">{texts.currency}: </span>
      {frame.currency}
      <Icon shape="chevron" />
    </summary>
    <ul role="list">
      {frame.currencies.map(({ name, href, isChosen }) => (
        <li key={name}>
          <a href={href} rel="nofollow" aria-current={isChosen ? 'true' : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  </details>
);
