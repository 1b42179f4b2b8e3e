import '../styles/main.css';
import { h, hydrate, type ComponentType } from 'preact';
import { Picker } from '../components/picker.tsx';
import { SearchBox } from '../components/search/search-box.tsx';
import { showCartCount } from './cart-count.ts';
import { enhanceForms } from './forms.ts';
import { enhanceListing } from './listing.ts';
import { enhanceMenus } from './menus.ts';

const islands: Record<string, ComponentType<never>> = { 'search-box': SearchBox, picker: Picker };
/** Pages with code of their own, which no other page loads. */
const pages: Record<string, () => Promise<void>> = {
  checkout: async () => (await import('./checkout.ts')).enhanceCheckout(),
  order: async () => (await import('./order.ts')).enhanceOrder(),
};

for (const element of document.querySelectorAll<HTMLElement>('[data-island]')) {
  const component = islands[element.dataset.island ?? ''];
  const props = JSON.parse(element.dataset.props ?? '{}') as never;
  if (component) hydrate(h(component, props), element);
}
enhanceMenus();
enhanceListing();
enhanceForms();
showCartCount();
void pages[document.querySelector<HTMLElement>('[data-page]')?.dataset.page ?? '']?.();
