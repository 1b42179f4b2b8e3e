import type { CardView } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';

type CardEntry = { card: CardView | null; withoutScript: string };

/**
 * Where the provider's form for a card comes: in a frame of its own, so that no card data is ever on our page. Its place is kept
 * free, so that nothing moves.
 */
export const CardEntry = ({ card, withoutScript }: CardEntry) => (
  <>
    <noscript>
      <p class="note">{withoutScript}</p>
    </noscript>
    {card ? (
      <>
        <div
          class="card-entry"
          id="card"
          data-script={card.script}
          data-key={card.key}
          data-amount={card.amountMinor}
          data-currency={card.currency.toLowerCase()}
          data-language={card.language}
          data-failed={saleTexts.cardFailed}
        />
        <input type="hidden" name="paymentMethod" value="" />
        <p class="entry-problem" id="card-problem" role="alert" />
      </>
    ) : (
      <p class="note">{saleTexts.cardAway}</p>
    )}
  </>
);
