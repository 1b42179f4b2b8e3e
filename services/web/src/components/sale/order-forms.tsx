import type { OrderPage } from '../../pages/sale/views.ts';
import { orderTexts } from '../../order-texts.ts';
import { saleTexts } from '../../sale-texts.ts';
import { CardEntry } from './card.tsx';

type Pay = { pay: NonNullable<OrderPage['pay']>; card: OrderPage['card'] };

export const Pay = ({ pay, card }: Pay) => (
  <form class="sheet" id="pay" method="post" action={pay.action} noValidate data-unreachable={saleTexts.unreachable}>
    <h2>{pay.title}</h2>
    <p>{pay.text}</p>
    {pay.problem && (
      <p class="entry-problem" role="alert">
        {pay.problem}
      </p>
    )}
    <input type="hidden" name="key" value={pay.key} />
    <CardEntry card={card} withoutScript={orderTexts.payNeedsScript} />
    <p class="form-status" id="form-status" role="status" data-busy={saleTexts.sending} />
    {card && (
      <p>
        <button class="button">{pay.submit}</button>
      </p>
    )}
  </form>
);

/** Behind a disclosure, so that nobody cancels by a slip. */
export const Cancel = ({ cancel }: { cancel: NonNullable<OrderPage['cancel']> }) => (
  <details class="cancel">
    <summary class="text-link">{orderTexts.cancel}</summary>
    <form method="post" action={cancel.action} data-once>
      <p>{cancel.text}</p>
      <div class="entry">
        <label for="reason">
          {orderTexts.cancelReason} <span class="entry-optional">{saleTexts.optional}</span>
        </label>
        <input id="reason" name="reason" type="text" maxLength={200} autoComplete="off" />
      </div>
      <button class="button button-quiet">{orderTexts.cancelConfirm}</button>
    </form>
  </details>
);
