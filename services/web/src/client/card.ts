/**
 * The provider's form for a card: Stripe's Payment Element, in a frame of its own origin (https://docs.stripe.com/js). What was typed
 * becomes a ConfirmationToken, whose id is all that we and our server see of it.
 */
const patienceMs = 15_000;

type Failed = { error?: { message?: string } };
type Elements = {
  create(
    type: 'payment',
    options?: object,
  ): { mount(where: HTMLElement): void; on(event: string, listener: () => void): unknown };
  submit(): Promise<Failed>;
  update(options: { amount: number }): void;
};
type Stripe = {
  elements(options: object): Elements;
  createConfirmationToken(options: object): Promise<Failed & { confirmationToken?: { id: string } }>;
};

export type Card = {
  /** The token of the card that was typed; undefined when something is missing, which the form then says itself. */
  read(billing: { name?: string; email?: string }): Promise<{ token: string } | undefined>;
  amount(amountMinor: number): void;
};

/** Null where the page has no place for it, or its script cannot be had: the page says so. */
export async function mountCard(): Promise<Card | null> {
  const place = document.getElementById('card');
  if (!place) return null;
  const { script = '', key = '', amount = '0', currency = '', language = '', failed = '' } = place.dataset;
  try {
    await load(script);
    const stripe = (globalThis as unknown as { Stripe: (key: string, options: object) => Stripe }).Stripe(key, {
      locale: language,
    });
    const elements = stripe.elements({
      mode: 'payment',
      amount: Number(amount),
      currency,
      captureMethod: 'manual',
      appearance: appearance(place),
    });
    return mounted(stripe, elements, place);
  } catch {
    place.hidden = true;
    report(failed);
    return null;
  }
}

function mounted(stripe: Stripe, elements: Elements, place: HTMLElement): Card {
  let token: string | undefined;
  let current = Number(place.dataset.amount);
  const element = elements.create('payment', { layout: 'tabs' });
  element.mount(place);
  // A token stands for one card and one amount; the same card sent again, for the same order, must be the same token.
  element.on('change', () => {
    token = undefined;
    report('');
  });
  return {
    amount(amountMinor) {
      if (amountMinor === current) return;
      current = amountMinor;
      token = undefined;
      elements.update({ amount: amountMinor });
    },
    async read(billing) {
      if (token !== undefined) return { token };
      const { error } = await elements.submit();
      if (error) return refuse(error, place);
      const made = await stripe.createConfirmationToken({
        elements,
        params: { payment_method_data: { billing_details: billing } },
      });
      if (!made.confirmationToken) return refuse(made.error, place);
      token = made.confirmationToken.id;
      return { token };
    },
  };
}

function refuse(error: Failed['error'], place: HTMLElement): undefined {
  report(error?.message ?? '');
  place.scrollIntoView({ block: 'center' });
}

function report(text: string): void {
  const problem = document.getElementById('card-problem');
  if (problem) problem.textContent = text;
}

function load(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve();
    const fail = () => reject(new Error('no script for the card'));
    script.onerror = fail;
    setTimeout(fail, patienceMs);
    document.head.append(script);
  });
}

/** Its fields as ours look, light or dark. */
function appearance(place: HTMLElement): object {
  const style = getComputedStyle(place);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe',
    variables: {
      colorPrimary: token('--accent'),
      colorText: token('--ink'),
      colorDanger: token('--bad'),
      colorBackground: token('--surface'),
      borderRadius: '10px',
      fontSizeBase: '17px',
    },
  };
}
