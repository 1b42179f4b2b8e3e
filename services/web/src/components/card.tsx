import type { Card as CardView } from '../pages/page.ts';
import { texts } from '../texts.ts';
import { Photo, type Loading } from './photo.tsx';

const cardSizes = '(min-width: 80rem) 17rem, (min-width: 60rem) 22vw, (min-width: 40rem) 30vw, 46vw';

type CardGrid = { cards: CardView[]; level: 2 | 3; isAbove?: boolean };

/** `isAbove`: the grid begins above the fold, so its first row is fetched at once. */
export const CardGrid = ({ cards, level, isAbove = false }: CardGrid) => (
  <ul class="card-grid" role="list">
    {cards.map((card, index) => (
      <li key={card.href}>
        <Card card={card} level={level} loading={isAbove && index < 4 ? (index < 2 ? 'first' : 'soon') : 'lazy'} />
      </li>
    ))}
  </ul>
);

const Card = ({ card, level, loading }: { card: CardView; level: 2 | 3; loading: Loading }) => {
  const Heading = `h${level}` as const;
  return (
    <article class="card">
      <div class="card-text">
        <Heading class="card-name">
          <a class="card-link" href={card.href}>
            {card.name}
          </a>
        </Heading>
        {card.brand && <p class="card-brand">{card.brand}</p>}
        <p class="card-price">
          {card.priceVaries && <span class="card-from">{texts.from} </span>}
          {card.price}
        </p>
      </div>
      <div class="card-photo">
        <Photo picture={card.picture} sizes={cardSizes} loading={loading} isDecoration />
        {!card.inStock && <p class="badge">{texts.outOfStock}</p>}
      </div>
    </article>
  );
};
