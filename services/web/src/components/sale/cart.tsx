import type { CartLine, CartPage } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';
import { Line } from './line.tsx';
import { Notice } from './notice.tsx';
import { Sums } from './sums.tsx';

export const CartMain = ({ page }: { page: CartPage }) => (
  <div class="sale wrap">
    <h1>{page.lines.length > 0 ? saleTexts.cartTitle : saleTexts.cartEmptyTitle}</h1>
    <Notice notice={page.notice} />
    {page.lines.length > 0 && page.sums ? (
      <div class="sale-columns">
        <ul class="lines" role="list" aria-label={saleTexts.cartTitle}>
          {page.lines.map((line) => (
            <CartItem key={line.id} line={line} />
          ))}
        </ul>
        <section class="panel" aria-labelledby="summary">
          <h2 id="summary">{saleTexts.summary}</h2>
          <Sums sums={page.sums} />
          {page.checkout && (
            <a class="button button-wide" href={page.checkout}>
              {saleTexts.checkout}
            </a>
          )}
        </section>
      </div>
    ) : (
      <>
        <p class="lead">{saleTexts.cartEmptyText}</p>
        <p>
          <a class="button" href={page.products}>
            {saleTexts.browse}
          </a>
        </p>
      </>
    )}
  </div>
);

/** One form a line. Enter in its field is its first button, which sets the quantity. */
const CartItem = ({ line }: { line: CartLine }) => (
  <Line line={line}>
    <form class="line-form" method="post" action={line.action} data-units>
      <label class="visually-hidden" for={`units-${line.sku}`}>
        {saleTexts.unitsOf(line.name)}
      </label>
      <input
        id={`units-${line.sku}`}
        class="units"
        name="units"
        type="number"
        min={1}
        max={line.mostUnits}
        value={line.units}
        required
        inputMode="numeric"
        autoComplete="off"
      />
      <button class="text-button" aria-label={line.newPrice ? undefined : saleTexts.updateOf(line.name)}>
        {line.newPrice ? saleTexts.keepAt(line.newPrice) : saleTexts.update}
      </button>
      <button class="text-button" name="do" value="remove" aria-label={saleTexts.removeOf(line.name)} formNoValidate>
        {saleTexts.remove}
      </button>
    </form>
  </Line>
);
