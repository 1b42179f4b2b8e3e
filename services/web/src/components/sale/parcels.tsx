import type { OrderPage, ParcelView } from '../../pages/sale/views.ts';
import { orderTexts } from '../../order-texts.ts';

export const Parcels = ({ parcels, text }: { parcels: ParcelView[]; text: OrderPage['parcelsText'] }) => (
  <div id="order-parcels" data-part>
    {(parcels.length > 0 || text) && (
      <section class="sheet" aria-labelledby="parcels-heading">
        <h2 id="parcels-heading">{orderTexts.parcelsHeading}</h2>
        {text && <p>{text}</p>}
        {parcels.map((parcel) => (
          <Parcel key={parcel.id} parcel={parcel} />
        ))}
      </section>
    )}
  </div>
);

const Parcel = ({ parcel }: { parcel: ParcelView }) => (
  <article class="parcel">
    <h3>{parcel.title}</h3>
    <p class="parcel-status">{parcel.status}</p>
    {parcel.tracking && (
      <p>
        {orderTexts.trackingNumber} <b class="tracking-code">{parcel.tracking.code}</b>{' '}
        {parcel.tracking.href && (
          <a class="text-link" href={parcel.tracking.href} rel="noreferrer">
            {orderTexts.track}
          </a>
        )}
      </p>
    )}
    {parcel.events.length > 0 && (
      <ol class="events" role="list">
        {parcel.events.map(({ text, at }) => (
          <li key={at + text}>
            {text} <span class="event-at">{at}</span>
          </li>
        ))}
      </ol>
    )}
  </article>
);
