/**
 * Runs in the frames of Stripe.js, at the simulator's own origin: card data is typed here, goes from here to the API, and is
 * never told to the page around. That page asks through one port; what it may ask for is `methods`.
 */
type Fields = { [name: string]: unknown };
type Question = { id: number; method: string; params: Fields };

let publishableKey = '';
let port: MessagePort | undefined;
const form = document.querySelector<HTMLFormElement>('#card');

type Connect = { stripeConnect?: string; appearance?: Appearance };

window.addEventListener('message', ({ data, ports }: MessageEvent<Connect>) => {
  if (typeof data?.stripeConnect !== 'string' || !ports[0] || port) return;
  publishableKey = data.stripeConnect;
  look(data.appearance);
  port = ports[0];
  port.addEventListener('message', ({ data: question }: MessageEvent<Question>) => {
    void answer(question);
  });
  port.start();
  tell('ready', {});
  tellHeight();
});

type Appearance = { theme?: string; variables?: { [name: string]: unknown } };

/** Its variables as custom properties: https://docs.stripe.com/elements/appearance-api */
function look({ theme, variables = {} }: Appearance = {}): void {
  const { style, dataset } = document.documentElement;
  dataset['theme'] = theme === 'night' ? 'night' : 'stripe';
  for (const name of ['colorText', 'colorBackground', 'colorPrimary', 'colorDanger', 'borderRadius'])
    if (typeof variables[name] === 'string') style.setProperty(`--${name}`, variables[name]);
}

const tell = (event: string, detail: Fields): void => port?.postMessage({ event, detail });

async function answer({ id, method, params }: Question): Promise<void> {
  const known = methods[method];
  port?.postMessage({ id, result: known ? await known(params) : { error: { message: `no method ${method}` } } });
}

const methods: Record<string, (params: Fields) => Promise<unknown>> = {
  validate: async () => validate() ?? {},
  focus: async () => form?.querySelector('input')?.focus(),
  clear: async () => form?.reset(),
  retrieve: ({ path, clientSecret }) => call('GET', String(path), { client_secret: clientSecret }),
  confirm: ({ path, fields }) =>
    withCard((card) => call('POST', `${String(path)}/confirm`, { ...(fields as Fields), ...card })),
  confirmWithout: ({ path, fields }) => call('POST', `${String(path)}/confirm`, fields as Fields),
  createPaymentMethod: ({ fields }) =>
    withCard(({ payment_method_data: data }) =>
      call('POST', '/v1/payment_methods', merge(data as Fields, fields as Fields)),
    ),
  createConfirmationToken: ({ fields }) =>
    withCard((card) => call('POST', '/v1/confirmation_tokens', merge(card, fields as Fields))),
  answerChallenge: ({ url }) => deny(String(url)),
};

async function withCard(work: (card: Fields) => Promise<unknown>): Promise<unknown> {
  return validate() ?? work({ payment_method_data: { type: 'card', card: readCard() } });
}

/** Closing the bank's window is an answer too. */
async function deny(url: string): Promise<unknown> {
  await fetch(new URL(url).pathname + new URL(url).search, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'deny' }),
  });
  return {};
}

async function call(method: 'GET' | 'POST', path: string, fields: Fields): Promise<unknown> {
  const query = new URLSearchParams(flatten(fields, ''));
  try {
    const response = await fetch(method === 'GET' ? `${path}?${query}` : path, {
      method,
      headers: { authorization: `Bearer ${publishableKey}` },
      ...(method === 'POST' ? { body: query } : {}),
    });
    return await response.json();
  } catch {
    return {
      error: { type: 'api_connection_error', message: 'We could not reach the payment provider. Please try again.' },
    };
  }
}

/** `{ a: { b: 1 } }` → `a[b]=1` */
function flatten(value: unknown, prefix: string): [string, string][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [[prefix, `${value as string | number | boolean}`]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, prefix === '' ? name : `${prefix}[${name}]`));
}

function merge(into: Fields, more: Fields): Fields {
  const nested = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
  return Object.entries(more).reduce<Fields>((merged, [name, value]) => {
    const current = merged[name];
    return { ...merged, [name]: nested(current) && nested(value) ? merge(current, value) : value };
  }, into);
}

const input = (name: string): HTMLInputElement => form?.elements.namedItem(name) as HTMLInputElement;
const digits = (name: string): string => input(name).value.replaceAll(/\D/g, '');

function readCard(): Fields {
  const expiry = digits('expiry');
  return {
    number: digits('number'),
    exp_month: Number(expiry.slice(0, 2)),
    exp_year: Number(expiry.slice(2)),
    cvc: digits('cvc'),
  };
}

const checks: Record<string, { code: string; message: string; isRight: () => boolean }> = {
  number: {
    code: 'incomplete_number',
    message: 'Your card number is incomplete.',
    isRight: () => digits('number').length >= 14,
  },
  expiry: {
    code: 'incomplete_expiry',
    message: "Your card's expiration date is incomplete.",
    isRight: () => /^(0[1-9]|1[0-2])\d{2}$/.test(digits('expiry')),
  },
  cvc: {
    code: 'incomplete_cvc',
    message: "Your card's security code is incomplete.",
    isRight: () => digits('cvc').length >= 3,
  },
};

/** Shows what is missing beside its field and gives the first; undefined where all is there. */
function validate(): { error: Fields } | undefined {
  const wrong = Object.keys(checks).filter((name) => !showProblem(name));
  const [first] = wrong;
  tellHeight();
  if (first === undefined) return undefined;
  input(first).focus();
  const { code, message } = checks[first] as { code: string; message: string };
  return { error: { type: 'validation_error', code, message } };
}

function showProblem(name: string): boolean {
  const { isRight, message } = checks[name] as { isRight: () => boolean; message: string };
  const isFine = isRight();
  input(name).setAttribute('aria-invalid', String(!isFine));
  (document.getElementById(`${name}-error`) as HTMLElement).textContent = isFine ? '' : message;
  return isFine;
}

const tellHeight = (): void => tell('resize', { height: document.documentElement.offsetHeight });

form?.addEventListener('submit', (event) => event.preventDefault());
form?.addEventListener('input', ({ target }) => {
  const changed = target as HTMLInputElement;
  if (changed.name === 'number') changed.value = digits('number').replaceAll(/(\d{4})(?=\d)/g, '$1 ');
  if (changed.name === 'expiry' && digits('expiry').length > 2)
    changed.value = `${digits('expiry').slice(0, 2)} / ${digits('expiry').slice(2, 4)}`;
  const isEmpty = Object.keys(checks).every((name) => digits(name) === '');
  tell('change', { empty: isEmpty, complete: Object.values(checks).every(({ isRight }) => isRight()) });
});
form?.addEventListener('focusout', ({ target }) => {
  const { name, value } = target as HTMLInputElement;
  if (value !== '') showProblem(name);
  tellHeight();
});
for (const event of ['focusin', 'focusout'] as const)
  form?.addEventListener(event, () => tell(event === 'focusin' ? 'focus' : 'blur', {}));

export {};
