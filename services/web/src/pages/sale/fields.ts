import type { CheckoutField, Problems, Typed } from '../../domain/sale/checkout-form.ts';
import type { Site } from '../../domain/site.ts';
import { saleTexts } from '../../sale-texts.ts';
import type { CheckoutPage, FieldView } from './views.ts';

type Kind = { autocomplete: string; isRequired: boolean; type?: FieldView['type'] };

/** Names that browsers fill in by themselves: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
const kinds: Record<Exclude<CheckoutField, 'country'>, Kind> = {
  email: { autocomplete: 'email', isRequired: true, type: 'email' },
  name: { autocomplete: 'shipping name', isRequired: true },
  company: { autocomplete: 'shipping organization', isRequired: false },
  line1: { autocomplete: 'shipping address-line1', isRequired: true },
  line2: { autocomplete: 'shipping address-line2', isRequired: false },
  postcode: { autocomplete: 'shipping postal-code', isRequired: true },
  city: { autocomplete: 'shipping address-level2', isRequired: true },
  region: { autocomplete: 'shipping address-level1', isRequired: false },
  phone: { autocomplete: 'shipping tel', isRequired: false, type: 'tel' },
};

const addressOrder = ['name', 'company', 'line1', 'line2', 'postcode', 'city', 'region', 'phone'] as const;

export function fieldsOf(
  typed: Typed,
  problems: Problems,
  { countries, locale }: Site,
): Pick<CheckoutPage, 'contact' | 'address' | 'countries' | 'countryProblem'> {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const field = (name: keyof typeof kinds): FieldView => ({
    name,
    label: saleTexts.fields[name],
    value: typed[name],
    problem: problemText(problems, name),
    type: 'text',
    ...kinds[name],
  });
  return {
    contact: [field('email')],
    address: addressOrder.map(field),
    countries: countries
      .map((code) => ({ code, name: names.of(code) ?? code, isChosen: code === typed.country }))
      .toSorted((a, b) => a.name.localeCompare(b.name, locale)),
    countryProblem: problemText(problems, 'country'),
  };
}

const problemText = (problems: Problems, name: CheckoutField): string | null => {
  const problem = problems[name];
  return problem ? saleTexts[problem][name] : null;
};
