import type { Frame, Head, Page } from '../pages/page.ts';
import { texts } from '../texts.ts';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { HomeMain } from './pages/home.tsx';
import { ListingMain } from './pages/listing.tsx';
import { ProblemMain } from './pages/problem.tsx';
import { ProductMain } from './pages/product.tsx';
import { AdviceMain, AgainMain } from './sale/advice.tsx';
import { CartMain } from './sale/cart.tsx';
import { CheckoutMain } from './sale/checkout.tsx';
import { OrderMain } from './sale/order.tsx';

export const Document = ({ page, frame }: { page: Page; frame: Frame }) => (
  <html lang={frame.language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{page.head.title}</title>
      <link rel="stylesheet" href={frame.assets.style} />
      <script type="module" src={frame.assets.script} />
      <Description head={page.head} frame={frame} />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="icon" href="/favicon.ico" sizes="32x32" />
      <link rel="apple-touch-icon" href="/icon-192.png" />
      <link rel="manifest" href="/manifest.webmanifest" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#f5f5f2" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#0f1117" media="(prefers-color-scheme: dark)" />
      {page.head.structured.map((data) => (
        <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: asScript(data) }} />
      ))}
    </head>
    <body>
      <a class="skip-link" href="#content">
        {texts.skip}
      </a>
      <Header frame={frame} />
      <main id="content" tabIndex={-1}>
        <Main page={page} />
      </main>
      <Footer frame={frame} />
    </body>
  </html>
);

const Description = ({ head, frame }: { head: Head; frame: Frame }) => {
  const address = head.canonical === null ? null : frame.publicUrl + head.canonical;
  return (
    <>
      <meta name="description" content={head.description} />
      {address ? <link rel="canonical" href={address} /> : <meta name="robots" content="noindex, follow" />}
      <meta property="og:site_name" content={frame.shop} />
      <meta property="og:type" content={head.kind} />
      <meta property="og:title" content={head.title} />
      <meta property="og:description" content={head.description} />
      {address && <meta property="og:url" content={address} />}
      {head.image && <meta property="og:image" content={frame.publicUrl + head.image.path} />}
      {head.image && <meta property="og:image:alt" content={head.image.alt} />}
      <meta name="twitter:card" content={head.image ? 'summary_large_image' : 'summary'} />
    </>
  );
};

const Main = ({ page }: { page: Page }) => {
  switch (page.kind) {
    case 'home':
      return <HomeMain page={page} />;
    case 'listing':
      return <ListingMain page={page} />;
    case 'product':
      return <ProductMain page={page} />;
    case 'problem':
      return <ProblemMain page={page} />;
    case 'cart':
      return <CartMain page={page} />;
    case 'checkout':
      return <CheckoutMain page={page} />;
    case 'order':
      return <OrderMain page={page} />;
    case 'again':
      return <AgainMain page={page} />;
    case 'advice':
      return <AdviceMain page={page} />;
  }
};

/** JSON that cannot end its script element, whatever a product is called. */
const asScript = (data: object): string => JSON.stringify(data).replaceAll('<', '\\u003c');
