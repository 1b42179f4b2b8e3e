/**
 * A small server in the gateway's place, for web's own tests: it answers fixtures that the contract's schemas accept,
 * counts what it is asked, and can be told to be away. The browser tests of the whole use the running fleet instead.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProductList, ProductQuery, type Product, type ProductCard } from '@storefront/product/contract';
import sharp from 'sharp';
import { categories, pathOf, pictures, products as all } from './fixtures.ts';
import { readCall } from './sale/call.ts';
import { SalePeer } from './sale/sale-peer.ts';

export type GatewayPeer = {
  url: string;
  products: Product[];
  sale: SalePeer;
  /** Slugs that products had before, to the ones they have. */
  oldSlugs: Map<string, string>;
  /** Paths with query of the API calls, in order. */
  calls: string[];
  headers: Record<string, string | undefined>[];
  /** What every call is answered instead, while set. */
  failure: { status: number; headers?: Record<string, string> } | 'silence' | null;
  slugsPerPage: number;
  close(): Promise<void>;
};

export async function startGatewayPeer(port = 0): Promise<GatewayPeer> {
  const products = structuredClone(all);
  const peer: GatewayPeer = {
    url: '',
    products,
    sale: new SalePeer(products),
    oldSlugs: new Map(),
    calls: [],
    headers: [],
    failure: null,
    slugsPerPage: 5000,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://peer');
    if (url.pathname.startsWith('/media/')) return void media(url.pathname, response);
    peer.calls.push(url.pathname + url.search);
    peer.headers.push(request.headers as Record<string, string | undefined>);
    if (peer.failure === 'silence') return undefined;
    if (peer.failure) return void response.writeHead(peer.failure.status, peer.failure.headers).end('{}');
    return void respond(peer, request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  peer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return peer;
}

async function respond(peer: GatewayPeer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request);
  if (call.path.endsWith('/events') && peer.sale.listen(call, response)) return;
  const url = new URL(request.url ?? '/', 'http://peer');
  const reply = (await peer.sale.answer(call)) ?? answer(peer, url);
  if (reply === 'silence') return void request.socket.destroy();
  const [status, body] = reply;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function answer(peer: GatewayPeer, { pathname, searchParams }: URL): [number, unknown] {
  if (pathname === '/api/categories') return [200, { items: categories }];
  if (pathname === '/api/products') return list(peer.products, searchParams);
  if (pathname === '/api/products/slugs') return [200, slugs(peer, searchParams.get('cursor'))];
  const asked = pathname.replace('/api/products/by-slug/', '');
  const slug = peer.oldSlugs.get(asked) ?? asked;
  const product = peer.products.find((one) => one.slug === slug);
  return product ? [200, product] : [404, { code: 'product-not-found' }];
}

const slugs = (peer: GatewayPeer, cursor: string | null) => {
  const from = Number(cursor ?? 0);
  const until = from + peer.slugsPerPage;
  return {
    items: peer.products.slice(from, until).map(({ slug, updatedAt }) => ({ slug, updatedAt })),
    nextCursor: until < peer.products.length ? String(until) : null,
  };
};

function list(products: readonly Product[], params: URLSearchParams): [number, unknown] {
  const parsed = ProductQuery.safeParse(Object.fromEntries(params));
  if (!parsed.success || params.get('cursor') === 'forged') return [400, { code: 'invalid-request' }];
  const query = parsed.data;
  const currency = query.currency ?? 'EUR';
  const chosen = [...new Set(params.keys())].flatMap((key) =>
    key.startsWith('attribute.') ? [{ name: key.slice(10), values: params.getAll(key) }] : [],
  );
  const matching = products
    .filter((product) => !query.category || product.categoryPath.some(({ slug }) => slug === query.category))
    .filter((product) => !query.q || product.name.toLowerCase().includes(query.q.toLowerCase()))
    .filter((product) => query.inStock !== 'true' || product.variants.some(({ inStock }) => inStock))
    .filter((product) => chosen.every(({ name, values }) => values.some((value) => has(product, name, value))))
    .filter((product) => cardOf(product, currency).price.amountMinor >= (query.minPrice ?? 0))
    .filter((product) => cardOf(product, currency).price.amountMinor <= (query.maxPrice ?? 9e12))
    .toSorted(orders[query.sort ?? 'newest'](currency));
  const from = Number(query.cursor ?? 0);
  const until = from + (query.limit ?? 24);
  return [
    200,
    ProductList.parse({
      items: matching.slice(from, until).map((product) => cardOf(product, currency)),
      nextCursor: until < matching.length ? String(until) : null,
      ...(query.facets === 'true' && { ...counts(matching, currency) }),
    }),
  ];
}

const byPrice = (currency: string) => (a: Product, b: Product) =>
  cardOf(a, currency).price.amountMinor - cardOf(b, currency).price.amountMinor;
const byNews = () => (a: Product, b: Product) => (b.publishedAt ?? '').localeCompare(a.publishedAt ?? '');
const orders = {
  newest: byNews,
  relevance: byNews,
  price: byPrice,
  '-price': (currency: string) => (a: Product, b: Product) => byPrice(currency)(b, a),
  name: () => (a: Product, b: Product) => a.name.localeCompare(b.name),
};

const valuesOf = (product: Product, name: string): string[] =>
  name === 'brand'
    ? [product.brand ?? '']
    : name === 'category'
      ? [product.category]
      : (product.attributes[name] ?? []);
const has = (product: Product, name: string, value: string): boolean => valuesOf(product, name).includes(value);

function counts(matching: readonly Product[], currency: string) {
  const prices = matching
    .map((product) => cardOf(product, currency).price)
    .toSorted((a, b) => a.amountMinor - b.amountMinor);
  const facets = ['category', 'brand', 'material', 'countryOfOrigin'].map((name) => ({
    name,
    label: { category: 'Category', brand: 'Brand', material: 'Material' }[name] ?? 'Country of origin',
    values: [...new Set(matching.flatMap((product) => valuesOf(product, name)))].map((value) => ({
      value,
      label: name === 'category' ? (pathOf(value).at(-1)?.name ?? value) : value,
      count: matching.filter((product) => has(product, name, value)).length,
    })),
  }));
  return {
    facets,
    priceRange: prices.length > 0 ? { min: prices[0], max: prices.at(-1) } : null,
    matches: { count: matching.length, capped: false },
  };
}

function cardOf(product: Product, currency: string): ProductCard {
  const { productId, slug, name, brand, variants, images } = product;
  const prices = variants.flatMap((variant) => variant.prices.filter((price) => price.currency === currency));
  const [lowest = { amountMinor: 0, currency }] = prices.toSorted((a, b) => a.amountMinor - b.amountMinor);
  return {
    productId,
    slug,
    name,
    brand,
    price: lowest,
    priceVaries: prices.some(({ amountMinor }) => amountMinor !== lowest.amountMinor),
    inStock: variants.some(({ inStock }) => inStock),
    image: images[0] ?? null,
  };
}

async function media(path: string, response: ServerResponse): Promise<void> {
  const [, , sha256 = '', width] = path.split('/');
  const drawn = pictures.get(sha256);
  if (!drawn) return void response.writeHead(404).end();
  const bytes = await sharp(Buffer.from(drawn.svg)).resize(Number(width)).webp({ quality: 82 }).toBuffer();
  response.writeHead(200, { 'content-type': 'image/webp', 'cache-control': 'public, max-age=31536000, immutable' });
  response.end(bytes);
}
