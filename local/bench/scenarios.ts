/** What customers ask for, by name. An address is made of the request's number, so that a run can be repeated. */

export const scenarioNames = ['list-warm', 'list-cold', 'search-cold', 'browse', 'pages'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What there is to ask for in the shop at hand. */
export type Shelf = { products: { productId: string; slug: string; name: string }[]; categories: string[] };

/** Runs are numbered below this, so that none asks what another has asked a while ago. */
export const runs = 90;

const currencies = ['EUR', 'USD', 'GBP'];
const at = <Item>(items: readonly Item[], index: number): Item => items[index % items.length] as Item;
/** Questions that no kept answer serves, with the same matches as without them: a bound above all prices, another spelling. */
const unseenBound = (run: number, index: number) => `maxPrice=${100_000_000 + run * 1_000_000 + index}`;
const unseenSpelling = (word: string, run: number, times: number) =>
  ' '.repeat(run + runs * (times >> 3)) +
  Array.from(word, (letter, i) => (i < 3 && (times >> i) % 2 === 1 ? letter.toUpperCase() : letter)).join('');

type Step = 'home' | 'currency' | 'product';

/** Weights of Online Boutique's load generator, without cart and checkout: home 1, currency 2, product 10. */
const round: readonly Step[] = ['home', 'currency', 'currency', ...Array<Step>(10).fill('product')];

export function scenarios(shelf: Shelf, run: number): Record<ScenarioName, (index: number) => string> {
  const product = (index: number) => at(shelf.products, index * 7);
  const words = [...new Set(shelf.products.flatMap(({ name }) => name.toLowerCase().split(' ')))];
  return {
    'list-warm': () => '/api/products?limit=24',
    'list-cold': (index) =>
      `/api/products?limit=24&category=${at(shelf.categories, index)}&sort=price&${unseenBound(run, index)}`,
    'search-cold': (index) => {
      const spelled = unseenSpelling(at(words, index), run, Math.floor(index / words.length));
      return `/api/products?limit=24&q=${encodeURIComponent(spelled)}`;
    },
    browse: (index) =>
      ({
        home: '/api/products?limit=24',
        currency: `/api/products?limit=24&category=${at(shelf.categories, index)}&currency=${at(currencies, index)}`,
        product: `/api/products/${product(index).productId}`,
      })[at(round, index)],
    pages: (index) =>
      ({
        home: '/',
        currency: `/categories/${at(shelf.categories, index)}?currency=${at(currencies, index)}`,
        product: `/products/${product(index).slug}`,
      })[at(round, index)],
  };
}
