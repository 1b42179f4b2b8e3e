import type { AdvicePage, AgainPage } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';

export const AdviceMain = ({ page }: { page: AdvicePage }) => (
  <div class="problem wrap">
    <h1>{page.title}</h1>
    <p class="lead">{page.text}</p>
    <p class="hero-actions">
      {page.links.map(({ name, href }) => (
        <a key={href} class="button" href={href}>
          {name}
        </a>
      ))}
    </p>
  </div>
);

/** The form that could not be answered goes along in this page, and is sent again by its button. */
export const AgainMain = ({ page }: { page: AgainPage }) => (
  <div class="problem wrap">
    <h1>{page.title}</h1>
    <p class="lead" role="alert">
      {page.text}
    </p>
    <form method="post" action={page.action}>
      {page.fields.map(({ name, value }, index) => (
        <input key={index} type="hidden" name={name} value={value} />
      ))}
      <button class="button">{saleTexts.sendAgain}</button>
    </form>
  </div>
);
