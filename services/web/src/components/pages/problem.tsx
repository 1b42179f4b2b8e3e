import type { ProblemPage } from '../../pages/page.ts';
import { texts } from '../../texts.ts';

/** Header and search around it still work, so it says what happened and leaves the ways on to them. */
export const ProblemMain = ({ page }: { page: ProblemPage }) => (
  <div class="problem wrap">
    <p class="problem-status" aria-hidden="true">
      {page.status}
    </p>
    <h1>{page.title}</h1>
    <p class="lead">{page.text}</p>
    <p class="hero-actions">
      {page.again && (
        <a class="button" href={page.again}>
          {texts.tryAgain}
        </a>
      )}
      <a class={page.again ? 'button button-quiet' : 'button'} href="/">
        {texts.home}
      </a>
    </p>
    {page.requestId && (
      <p class="problem-id">
        {texts.requestId} <code>{page.requestId}</code>
      </p>
    )}
  </div>
);
