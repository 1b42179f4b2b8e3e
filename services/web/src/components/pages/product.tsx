import type { ProductPage } from '../../pages/page.ts';
import { texts } from '../../texts.ts';
import { Breadcrumbs } from '../breadcrumbs.tsx';
import { CardGrid } from '../card.tsx';
import { Icon } from '../icon.tsx';
import { Island } from '../island.tsx';
import { Picker } from '../picker.tsx';

export const ProductMain = ({ page }: { page: ProductPage }) => (
  <div class="wrap">
    <Breadcrumbs trail={page.breadcrumbs} />
    <div class="product">
      <Island name="picker" component={Picker} props={{ name: page.name, brand: page.brand, picker: page.picker }} />
      <div class="about">
        {page.paragraphs.length > 0 && <Story paragraphs={page.paragraphs} />}
        {page.details.length > 0 && <Details details={page.details} />}
      </div>
    </div>
    {page.more && <More more={page.more} />}
  </div>
);

const Story = ({ paragraphs }: { paragraphs: string[] }) => (
  <section class="story" aria-labelledby="description">
    <h2 id="description">{texts.description}</h2>
    {paragraphs.map((text, index) => (
      <p key={index}>{text}</p>
    ))}
  </section>
);

const Details = ({ details }: { details: ProductPage['details'] }) => (
  <section aria-labelledby="details">
    <h2 id="details">{texts.details}</h2>
    <table class="details">
      <tbody>
        {details.map(({ label, values }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{values.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const More = ({ more }: { more: NonNullable<ProductPage['more']> }) => (
  <section class="section" aria-labelledby="more">
    <div class="section-head">
      <h2 id="more">{more.heading}</h2>
      <a class="more-link" href={more.href}>
        {texts.seeAll} <span class="visually-hidden">{more.heading}</span>
        <Icon shape="arrow" />
      </a>
    </div>
    <CardGrid cards={more.cards} level={3} />
  </section>
);
