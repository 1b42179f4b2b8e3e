import type { CheckoutPage, RateView } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';
import { Problem } from './field.tsx';

/** Asked for by a button; script asks when country and postcode are there. */
export const Shipping = ({ shipping }: { shipping: CheckoutPage['shipping'] }) => (
  <fieldset
    class="sheet"
    id="shipping"
    tabIndex={-1}
    aria-describedby={shipping.problem ? 'shipping-problem' : undefined}
    data-part
  >
    <legend>{saleTexts.shippingHeading}</legend>
    {shipping.problem && <Problem of="shipping" text={shipping.problem} />}
    {shipping.rates.map((rate) => (
      <Rate key={rate.id} rate={rate} />
    ))}
    {shipping.text && <p class="entry-hint">{shipping.text}</p>}
    <button class="button button-quiet" name="step" value="rates" id="ask-rates">
      {shipping.rates.length > 0 ? saleTexts.refreshRates : saleTexts.showRates}
    </button>
  </fieldset>
);

/** Its total stands beside it where no script writes the sum anew. */
const Rate = ({ rate }: { rate: RateView }) => (
  <label class="rate" for={rate.id}>
    <input
      type="radio"
      id={rate.id}
      name="rate"
      value={rate.value}
      checked={rate.isChosen}
      data-price={rate.price}
      data-total={rate.total}
      data-tax={rate.tax}
      data-amount={rate.totalMinor}
      data-submit={saleTexts.placeOrder(rate.total)}
    />
    <span class="rate-name">{rate.name}</span>
    {rate.days && <span class="rate-days">{rate.days}</span>}
    <span class="rate-price">{rate.price}</span>
    <noscript>
      <span class="rate-days">{saleTexts.withTotal(rate.total)}</span>
    </noscript>
  </label>
);
