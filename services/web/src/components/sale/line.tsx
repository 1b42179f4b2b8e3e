import type { ComponentChildren } from 'preact';
import type { LineView } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';
import { Photo } from '../photo.tsx';

type Line = { line: LineView; children?: ComponentChildren };

/** Something bought, or about to be: picture, name, options, price. */
export const Line = ({ line, children }: Line) => (
  <li class="line" id={line.id}>
    <Photo picture={line.picture} sizes="6rem" loading="soon" isDecoration />
    <div class="line-text">
      <p class="line-name">
        <a href={line.href}>{line.name}</a>
      </p>
      {line.options && <p class="line-options">{line.options}</p>}
    </div>
    <div class="line-price">
      <p class="line-total">{line.total}</p>
      {line.units > 1 && (
        <p class="line-each">
          {line.units} × {line.unitPrice}
        </p>
      )}
    </div>
    {(line.warning || children) && (
      <div class="line-more">
        {line.warning && <p class="line-warning">{line.warning}</p>}
        {children}
      </div>
    )}
  </li>
);

export const Lines = ({ lines }: { lines: LineView[] }) => (
  <ul class="lines" role="list" aria-label={saleTexts.linesHeading}>
    {lines.map((line) => (
      <Line key={line.id} line={line} />
    ))}
  </ul>
);
