import type { Home } from '../../pages/page.ts';
import { texts } from '../../texts.ts';
import { CardGrid } from '../card.tsx';
import { Icon } from '../icon.tsx';
import { Photo } from '../photo.tsx';

export const HomeMain = ({ page }: { page: Home }) => (
  <>
    <Hero hero={page.hero} />
    {page.categories.length > 0 && <Departments categories={page.categories} />}
    <section class="section wrap" aria-labelledby="arrivals">
      <div class="section-head">
        <h2 id="arrivals">{texts.newArrivals}</h2>
        <a class="more-link" href={page.hero.newest}>
          {texts.seeAll} <span class="visually-hidden">{texts.newArrivals}</span>
          <Icon shape="arrow" />
        </a>
      </div>
      {page.arrivals.length > 0 ? <CardGrid cards={page.arrivals} level={3} /> : <p class="lead">{texts.emptyShop}</p>}
    </section>
  </>
);

const Hero = ({ hero }: { hero: Home['hero'] }) => (
  <section class="hero">
    <div class="wrap">
      <div class="hero-panel">
        <div class="hero-text">
          <h1>{texts.heroTitle}</h1>
          <p class="lead">{texts.heroText}</p>
          <p class="hero-actions">
            <a class="button button-bright" href={hero.newest}>
              {texts.heroAction}
            </a>
            <a class="button button-clear" href={hero.all}>
              {texts.heroBrowse}
            </a>
          </p>
        </div>
        {hero.pictures.length > 0 && (
          <ul class={`hero-pictures hero-pictures-${hero.pictures.length}`} role="list">
            {hero.pictures.map((card, index) => (
              <li key={card.href}>
                <a class="hero-picture" href={card.href}>
                  <Photo
                    picture={card.picture}
                    sizes={index === 0 ? '(min-width: 60rem) 34vw, 64vw' : '(min-width: 60rem) 17vw, 32vw'}
                    loading={index === 0 ? 'first' : 'soon'}
                    isDecoration
                  />
                  <span class={index === 0 ? 'hero-caption' : 'visually-hidden'}>
                    {card.name} <b>{card.price}</b>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  </section>
);

const Departments = ({ categories }: { categories: Home['categories'] }) => (
  <section class="section wrap" aria-labelledby="by-category">
    <div class="section-head">
      <h2 id="by-category">{texts.shopByCategory}</h2>
    </div>
    <ul class={`tiles tiles-${categories.length}`} role="list">
      {categories.map(({ name, href, picture }) => (
        <li key={href}>
          <a class="tile" href={href}>
            <Photo picture={picture} sizes="(min-width: 60rem) 24rem, 46vw" loading="lazy" isDecoration />
            <span class="tile-name">
              {name}
              <Icon shape="arrow" />
            </span>
          </a>
        </li>
      ))}
    </ul>
  </section>
);
