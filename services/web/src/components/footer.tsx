import type { Frame } from '../pages/page.ts';
import { texts } from '../texts.ts';

export const Footer = ({ frame }: { frame: Frame }) => (
  <footer class="footer">
    <div class="wrap footer-columns">
      <p class="footer-shop">{frame.shop}</p>
      <nav aria-labelledby="footer-shop">
        <h2 id="footer-shop">{texts.footerShop}</h2>
        <ul class="footer-shop-links" role="list">
          <li>
            <a href={frame.links.products}>{texts.allProducts}</a>
          </li>
          {frame.categories.map(({ name, href }) => (
            <li key={href}>
              <a href={href}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      {frame.currencies.length > 1 && (
        <nav aria-labelledby="footer-currency">
          <h2 id="footer-currency">{texts.currency}</h2>
          <ul role="list">
            {frame.currencies.map(({ name, href, isChosen }) => (
              <li key={name}>
                <a href={href} rel="nofollow" aria-current={isChosen ? 'true' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <p class="footer-note">{texts.footerNote}</p>
    </div>
  </footer>
);
