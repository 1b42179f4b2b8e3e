import type { Product } from '@storefront/product/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './peer/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

async function visit(path: string, init: RequestInit = {}): Promise<{ response: Response; html: string }> {
  const response = await fetch(shop.url + path, { redirect: 'manual', ...init });
  return { response, html: await response.text() };
}

const structured = (html: string): Record<string, unknown>[] =>
  [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)].map(
    ([, json = '']) => JSON.parse(json) as Record<string, unknown>,
  );

describe('every page', () => {
  it.each(['/', '/products', '/categories/kitchen', '/search?q=lamp', '/search', '/products/harbour-mug'])(
    'at %s has one heading, a title, its language and says nothing personal',
    async (path) => {
      const { response, html } = await visit(path);
      expect(response.status).toBe(200);
      expect(html.match(/<h1/g)).toHaveLength(1);
      expect(html).toMatch(/<html lang="en-IE">/);
      expect(html).toMatch(/<title>[^<]*Acme<\/title>/);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+, stale-while-revalidate=\d+/);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    },
  );

  it('has no inline script or style, so that the policy can bar them', async () => {
    const { html } = await visit('/products/harbour-mug');
    const scripts = [...html.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts.filter((attributes) => !/src=|ld\+json/.test(attributes ?? ''))).toEqual([]);
    expect(html).not.toMatch(/ style="| on[a-z]+="|<style/);
  });

  it('answers HEAD like GET, without the body', async () => {
    const { response, html } = await visit('/products', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(1000);
    expect(html).toBe('');
  });

  it('forwards the address of the customer, whom the limits of the API count', async () => {
    await visit('/search?q=forwarded', { headers: { 'x-forwarded-for': '192.0.2.7' } });
    expect(shop.peer.headers.at(-1)?.['x-forwarded-for']).toBe('192.0.2.7');
  });
});

describe('a list', () => {
  it('leads through all its pages by links', async () => {
    const seen = new Set<string>();
    let path: string | undefined = '/products';
    for (let page = 0; path && page < 5; page += 1) {
      const { html } = await visit(path);
      for (const [, slug = ''] of html.matchAll(/class="card-link" href="\/products\/([a-z-]+)"/g)) seen.add(slug);
      expect(html.includes('Back to first page')).toBe(page > 0);
      path = /href="([^"]+)" rel="next nofollow"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(path).toBeUndefined();
    expect(seen.size).toBe(shop.peer.products.length);
  });

  it('is narrowed by a form that needs no script, and keeps what was searched for and sorted by', async () => {
    const { html } = await visit('/search?q=mug&sort=price&currency=USD&attribute.material=Stoneware&min=5');
    const form = /<form class="filters-form".*?<\/form>/s.exec(html)?.[0] ?? '';
    expect(form).toMatch(/action="\/search" method="get"/);
    expect(form).toContain('<input type="hidden" name="q" value="mug"/>');
    expect(form).toContain('<input type="hidden" name="sort" value="price"/>');
    expect(form).toContain('<input type="hidden" name="currency" value="USD"/>');
    expect(form).toMatch(/name="attribute.material" value="Stoneware" checked/);
    expect(form).toMatch(/name="min" value="5"/);
    expect(form).toContain('Show products</button>');
  });

  it('offers every chosen filter as a link to the list without it', async () => {
    const { html } = await visit('/products?attribute.material=Linen&max=60&inStock=true');
    expect(html).toContain('href="/products?max=60&amp;inStock=true"');
    expect(html).toContain('aria-label="Remove filter: up to €60.00"');
    expect(html).toContain('<meta name="robots" content="noindex, follow"/>');
  });

  it('asks the API in the smallest unit of the currency', async () => {
    await visit('/products?min=12.5&max=1999&currency=JPY');
    expect(shop.peer.calls.at(-1)).toContain('minPrice=12&maxPrice=1999');
    await visit('/products?min=12.5&currency=USD');
    expect(shop.peer.calls.at(-1)).toContain('minPrice=1250');
  });

  it('keeps the currency in all its links', async () => {
    const { html } = await visit('/categories/lighting?currency=USD');
    const links = [...html.matchAll(/href="(\/(?:products|categories)[^"]*)"/g)].map(([, href]) => href ?? '');
    expect(links.filter((href) => !href.includes('currency='))).toEqual([
      '/categories/lighting',
      '/categories/lighting',
    ]);
    expect(html).toContain('US$');
  });

  it('says so kindly when nothing is found, with ways on', async () => {
    const { html } = await visit('/search?q=zebra');
    expect(html).toContain('Nothing found for “zebra”');
    expect(html).toContain('value="zebra"');
    expect(html).toContain('class="chip" href="/categories/kitchen"');
    expect(html).toContain('class="card-link"');
  });

  it('does not exist for a category that does not', async () => {
    expect((await visit('/categories/nowhere')).response.status).toBe(404);
    expect((await visit('/products?category=nowhere')).response.status).toBe(404);
  });
});

describe('a product', () => {
  it('shows the variant of the link, its price, its picture first, and links to the others', async () => {
    const { html } = await visit('/products/harbour-mug?variant=harbour-mug-rust-1');
    expect(html).toContain('<p class="price">€27.90</p>');
    expect(html).toMatch(/id="picture-1"><span class="photo"><img[^>]*alt="Harbour mug in rust"/);
    expect(html).toContain('href="/products/harbour-mug?variant=harbour-mug-fern-1"');
    expect(html).toMatch(/href="\/products\/harbour-mug\?variant=harbour-mug-rust-1"[^>]*aria-current="true"/);
    expect(html).toContain('<link rel="canonical" href="https://shop.example/products/harbour-mug"/>');
  });

  it('describes itself to search engines and link previews', async () => {
    const { html } = await visit('/products/harbour-mug');
    const [product, breadcrumbs] = structured(html);
    const offers = product?.['offers'] as Record<string, unknown>[];
    expect(product).toMatchObject({ '@type': 'Product', name: 'Harbour mug', brand: { name: 'Halden' } });
    expect(offers).toHaveLength(6);
    expect(offers[0]).toMatchObject({
      price: '18.90',
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
      url: 'https://shop.example/products/harbour-mug?variant=harbour-mug-fern-0',
    });
    expect(breadcrumbs).toMatchObject({ '@type': 'BreadcrumbList' });
    expect(html).toMatch(/property="og:image" content="https:\/\/shop\.example\/media\/[a-f0-9]{64}\/1280"/);
  });

  it('reserves the place of every picture and asks for no width that the media store does not have', async () => {
    const { html } = await visit('/products/harbour-mug');
    const images = [...html.matchAll(/<img [^>]*>/g)].map(([tag]) => tag);
    expect(images.length).toBeGreaterThan(5);
    for (const tag of images) expect(tag).toMatch(/width="1200" height="1200" alt/);
    const widths = new Set([...html.matchAll(/\/media\/[a-f0-9]{64}\/(\d+)/g)].map(([, width]) => width));
    expect([...widths].every((width) => ['160', '320', '640', '960', '1280'].includes(width ?? ''))).toBe(true);
    expect(images.filter((tag) => tag.includes('fetchpriority="high"'))).toHaveLength(1);
  });

  it('moves for good when its slug has changed, with what was asked of it', async () => {
    shop.peer.oldSlugs.set('mug-of-the-harbour', 'harbour-mug');
    const { response } = await visit('/products/mug-of-the-harbour?variant=harbour-mug-rust-0&currency=USD&x=1');
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe('/products/harbour-mug?variant=harbour-mug-rust-0&currency=USD');
  });

  it('cannot break out of the page, whatever it is called', async () => {
    const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
    const product: Product = {
      ...structuredClone(shop.peer.products[0] as Product),
      slug: 'evil',
      name: evil,
      brand: evil,
      description: `${evil}\n\n${evil}`,
      attributes: { material: [evil] },
      categoryPath: [{ slug: 'kitchen', name: evil }],
    };
    shop.peer.products.push(product);
    const pages = await Promise.all(
      ['/products/evil', '/search?q=alert', `/search?q=${encodeURIComponent(evil)}`].map((path) => visit(path)),
    );
    shop.peer.products.pop();

    for (const { response, html } of pages) {
      expect(response.status).toBe(200);
      expect(html).not.toMatch(/<script>alert|<img src=x/);
    }
    expect(structured(pages[0]?.html ?? '')[0]?.['name']).toBe(evil);
  });
});

describe('what is not a page', () => {
  it('is a page that helps: 404 with header, search and categories', async () => {
    const { response, html } = await visit('/nothing/here?currency=USD');
    expect(response.status).toBe(404);
    expect(html).toContain('This page is not here');
    expect(html).toContain('role="search"');
    expect(html).toContain('/categories/kitchen');
    expect(html).toContain('noindex');
  });

  it('loses a slash at its end', async () => {
    const { response } = await visit('/categories/kitchen/?sort=price');
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe('/categories/kitchen?sort=price');
    expect((await visit('//evil.example/')).response.headers.get('location')).toBe('/evil.example');
  });

  it('is a 400 page when the API refuses what the address asks for', async () => {
    const { response, html } = await visit('/products?cursor=forged');
    expect(response.status).toBe(400);
    expect(html).toContain('We could not read this address');
  });

  it('takes no other method', async () => {
    const { response } = await visit('/products', { method: 'POST', body: '{}' });
    expect([404, 405]).toContain(response.status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

it('suggests products for what is being typed, ready to be shown', async () => {
  const { response, html } = await visit('/suggestions?q=LAMP&currency=USD');
  const { items } = JSON.parse(html) as { items: { name: string; href: string; price: string }[] };
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(items).toHaveLength(4);
  expect(items[0]).toMatchObject({ name: 'Lantern table lamp', href: '/products/lantern-table-lamp?currency=USD' });
  expect(items[0]?.price).toMatch(/^US\$/);
});
