import type { Sums as SumsView } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';

/** What it costs. The ids are where another choice of shipping is written by script. */
export const Sums = ({ sums }: { sums: SumsView }) => (
  <div class="sums">
    <dl>
      {sums.rows.map(({ name, label, amount }) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd id={`sum-${name}`}>{amount}</dd>
        </div>
      ))}
      <div class="sum-total">
        <dt>{saleTexts.total}</dt>
        <dd id="sum-total">{sums.total}</dd>
      </div>
    </dl>
    <p class="sums-tax" id="sum-taxes">
      {sums.taxes.join('\n')}
    </p>
  </div>
);
