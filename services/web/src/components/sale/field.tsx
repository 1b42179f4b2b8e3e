import type { InputHTMLAttributes } from 'preact';
import type { FieldView } from '../../pages/sale/views.ts';
import { saleTexts } from '../../sale-texts.ts';

/** A labelled field with what is wrong beside it. */
export const Field = ({ field, hint }: { field: FieldView; hint?: string }) => {
  const { name, label, value, problem, isRequired, autocomplete, type } = field;
  const described = [problem && `${name}-problem`, hint && `${name}-hint`].filter(Boolean).join(' ');
  const input = {
    id: name,
    name,
    type,
    value,
    autocomplete,
    'aria-required': isRequired,
    'aria-invalid': problem ? 'true' : undefined,
    'aria-describedby': described || undefined,
    maxLength: 300,
  } as InputHTMLAttributes;
  return (
    <div class={`entry entry-${name}`}>
      <label for={name}>
        {label} {!isRequired && <span class="entry-optional">{saleTexts.optional}</span>}
      </label>
      {problem && <Problem of={name} text={problem} />}
      <input {...input} />
      {hint && (
        <p class="entry-hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

export const Problem = ({ of, text }: { of: string; text: string }) => (
  <p class="entry-problem" id={`${of}-problem`}>
    {text}
  </p>
);
