import { texts } from '../texts.ts';

/** Pages are the same for all who ask, so how much is in the cart stands in a cookie that is no secret. */
export function showCartCount(): void {
  show();
  // A page that comes back from the browser's own memory may be older than the cart.
  addEventListener('pageshow', show);
}

function show(): void {
  const units = Number(/(?:^|; )cart-units=(\d{1,5})(?:;|$)/.exec(document.cookie)?.[1] ?? 0);
  const badge = document.getElementById('cart-count');
  if (!badge) return;
  badge.hidden = units === 0;
  badge.textContent = units > 99 ? '99+' : String(units);
  const items = document.getElementById('cart-items');
  if (items) items.textContent = texts.cartItems(units);
}
