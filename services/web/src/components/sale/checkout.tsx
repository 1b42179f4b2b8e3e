import type { CheckoutPage } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';
import { CardEntry } from './card.tsx';
import { Field, Problem } from './field.tsx';
import { Line } from './line.tsx';
import { Notice } from './notice.tsx';
import { Shipping } from './shipping.tsx';
import { Sums } from './sums.tsx';

/**
 * One form with everything in it. What has `data-part` is what script replaces when the server has answered; the form for the
 * card is none, so that a card is typed once.
 */
export const CheckoutMain = ({ page }: { page: CheckoutPage }) => (
  <div class="sale wrap" data-page="checkout">
    <h1>{saleTexts.checkoutTitle}</h1>
    <div id="checkout-said" data-part>
      <ProblemSummary problems={page.problems} />
      <Notice notice={page.notice} hasFocus={page.problems.length === 0} />
    </div>
    <form
      class="sale-columns"
      id="checkout"
      method="post"
      action="/checkout"
      noValidate
      data-unreachable={saleTexts.unreachable}
    >
      <div class="sheets">
        <div id="checkout-hidden" data-part>
          {page.hidden.map(({ name, value }) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        </div>
        <AddressSheets page={page} />
        <Shipping shipping={page.shipping} />
        <fieldset class="sheet">
          <legend>{saleTexts.paymentHeading}</legend>
          <CardEntry card={page.card} withoutScript={saleTexts.cardNeedsScript} />
        </fieldset>
      </div>
      <OrderPanel page={page} />
    </form>
  </div>
);

/** Errors above the form, each a link to its field (https://design-system.service.gov.uk/components/error-summary/). */
const ProblemSummary = ({ problems }: { problems: CheckoutPage['problems'] }) =>
  problems.length === 0 ? null : (
    <div class="notice notice-bad" role="alert" tabIndex={-1} autofocus>
      <h2>{saleTexts.problemsTitle(problems.length)}</h2>
      <ul role="list">
        {problems.map(({ field, text }) => (
          <li key={field}>
            <a href={`#${field}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );

const AddressSheets = ({ page }: { page: CheckoutPage }) => (
  <div class="sheets" id="checkout-address" data-part>
    <fieldset class="sheet">
      <legend>{saleTexts.contactHeading}</legend>
      {page.contact.map((field) => (
        <Field key={field.name} field={field} hint={saleTexts.emailHint} />
      ))}
    </fieldset>
    <fieldset class="sheet entries">
      <legend>{saleTexts.addressHeading}</legend>
      <div class="entry entry-country">
        <label for="country">{saleTexts.fields.country}</label>
        {page.countryProblem && <Problem of="country" text={page.countryProblem} />}
        <select
          id="country"
          name="country"
          autoComplete="shipping country"
          aria-describedby={page.countryProblem ? 'country-problem' : undefined}
        >
          {page.countries.map(({ code, name, isChosen }) => (
            <option key={code} value={code} selected={isChosen}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {page.address.map((field) => (
        <Field key={field.name} field={field} />
      ))}
    </fieldset>
  </div>
);

const OrderPanel = ({ page }: { page: CheckoutPage }) => (
  <section class="panel" aria-labelledby="order-heading">
    <h2 id="order-heading">{saleTexts.orderHeading}</h2>
    <div class="panel-body" id="checkout-sums" data-part>
      <ul class="lines lines-small" role="list">
        {page.lines.map((line) => (
          <Line key={line.id} line={line}>
            {line.isGone && (
              <button class="text-button" name="remove" value={line.sku} aria-label={saleTexts.removeOf(line.name)}>
                {saleTexts.remove}
              </button>
            )}
          </Line>
        ))}
      </ul>
      <Sums sums={page.sums} />
      <button class="button button-wide" name="step" value="order" id="place-order">
        {page.submit}
      </button>
    </div>
    <p class="form-status" id="form-status" role="status" data-busy={saleTexts.placing} />
    <p>
      <a class="text-link" href={page.back}>
        {saleTexts.backToCart}
      </a>
    </p>
  </section>
);
