import type { OrderPage } from '../../pages/sale/views.ts';
import { orderTexts } from '../../order-texts.ts';
import { saleTexts } from '../../sale-texts.ts';
import { Icon } from '../icon.tsx';
import { Lines } from './line.tsx';
import { Notice } from './notice.tsx';
import { Cancel, Pay } from './order-forms.tsx';
import { Parcels } from './parcels.tsx';
import { Sums } from './sums.tsx';

/** `data-part`: what script replaces when the order has news. */
export const OrderMain = ({ page }: { page: OrderPage }) => (
  <div class="sale wrap" data-page="order" data-events={page.events} data-seen={page.seen} data-self={page.self}>
    <div class="order-head">
      <h1>{orderTexts.orderTitle(page.number)}</h1>
      <p class="order-placed">{page.placed}</p>
    </div>
    <p class="visually-hidden" role="status" id="order-news" data-said={orderTexts.refreshed} />
    <Notice notice={page.notice} hasFocus />
    <div class="sale-columns">
      <div class="sheets">
        <Standing page={page} />
        <div id="order-pay" data-part>
          {page.pay && <Pay pay={page.pay} card={page.card} />}
        </div>
        <Parcels parcels={page.parcels} text={page.parcelsText} />
        <section class="sheet" aria-labelledby="lines-heading">
          <h2 id="lines-heading">{saleTexts.linesHeading}</h2>
          <Lines lines={page.lines} />
        </section>
      </div>
      <Panel page={page} />
    </div>
  </div>
);

const Standing = ({ page }: { page: OrderPage }) => (
  <section class={`standing standing-${page.headline.tone}`} id="order-standing" aria-labelledby="standing" data-part>
    <h2 id="standing">{page.headline.title}</h2>
    <p>{page.headline.text}</p>
    {page.bank && (
      <p>
        <a class="button" href={page.bank} rel="noreferrer">
          {orderTexts.toBank}
          <Icon shape="arrow" />
        </a>
      </p>
    )}
    <dl class="statuses">
      {page.statuses.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
    {page.events && (
      <noscript>
        <p>
          <a class="text-link" href={page.self}>
            {orderTexts.refresh}
          </a>
        </p>
      </noscript>
    )}
  </section>
);

const Panel = ({ page }: { page: OrderPage }) => (
  <section class="panel" aria-labelledby="summary">
    <h2 id="summary">{saleTexts.summary}</h2>
    <Sums sums={page.sums} />
    <div id="order-refunds" data-part>
      {page.refunds.length > 0 && (
        <>
          <h3>{orderTexts.refundsHeading}</h3>
          <ul role="list">
            {page.refunds.map(({ text, at }) => (
              <li key={at + text}>
                {text} <span class="event-at">{at}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
    <h3>{orderTexts.deliverTo}</h3>
    <address>
      {page.address.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </address>
    <p class="order-email">{page.email}</p>
    <div id="order-cancel" data-part>
      {page.cancel && <Cancel cancel={page.cancel} />}
    </div>
  </section>
);
