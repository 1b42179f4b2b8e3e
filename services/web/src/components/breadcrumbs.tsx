import type { Link } from '../domain/links.ts';
import { texts } from '../texts.ts';

/** The last one is the page itself. */
export const Breadcrumbs = ({ trail }: { trail: Link[] }) =>
  trail.length < 2 ? null : (
    <nav class="breadcrumbs" aria-label={texts.breadcrumbs}>
      <ol role="list">
        {trail.map(({ name, href }, index) => (
          <li key={href}>
            {index < trail.length - 1 ? <a href={href}>{name}</a> : <span aria-current="page">{name}</span>}
          </li>
        ))}
      </ol>
    </nav>
  );
