/**
 * A stand-in for Stripe.js: `window.Stripe` with what a checkout with the Payment Element uses. It runs in the shop's page and
 * knows no card data: forms and calls are in frames of the simulator's origin, so the shop's policy needs `script-src` and
 * `frame-src` of that origin and nothing else. https://docs.stripe.com/js
 */
type Fields = { [name: string]: unknown };
type Result = { error?: Fields; [name: string]: unknown };
type Listener = (detail: Fields) => void;

const { origin } = new URL((document.currentScript as HTMLScriptElement).src);

type Connection = { publishableKey: string; appearance?: unknown };

/** One frame and the port to it. */
class Frame {
  readonly element = document.createElement('iframe');
  readonly listeners = new Map<string, Set<Listener>>();
  private readonly waiting = new Map<number, (result: Result) => void>();
  private readonly port: Promise<MessagePort>;
  private asked = 0;

  constructor(path: string, title: string, connection: Connection) {
    this.element.src = `${origin}/v3/${path}`;
    this.element.title = title;
    this.element.allow = 'payment';
    this.port = new Promise((connected) => {
      this.element.addEventListener('load', () => connected(this.connect(connection)), { once: true });
    });
  }

  private connect({ publishableKey, appearance }: Connection): MessagePort {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      'message',
      ({ data }: MessageEvent<{ id?: number; result: Result; event?: string; detail: Fields }>) => {
        if (data.event === undefined) return this.waiting.get(data.id ?? 0)?.(data.result);
        for (const listener of this.listeners.get(data.event) ?? []) listener(data.detail);
      },
    );
    port1.start();
    this.element.contentWindow?.postMessage({ stripeConnect: publishableKey, appearance }, origin, [port2]);
    return port1;
  }

  async ask(method: string, params: Fields): Promise<Result> {
    const port = await this.port;
    const id = (this.asked += 1);
    return new Promise((answered) => {
      this.waiting.set(id, answered);
      port.postMessage({ id, method, params });
    });
  }
}

class PaymentElement {
  readonly frame: Frame;

  constructor(connection: Connection) {
    this.frame = new Frame('card-form', 'Secure payment input frame', connection);
    const { style } = this.frame.element;
    Object.assign(style, { border: '0', width: '100%', height: '190px', display: 'block' });
    this.on('resize', ({ height }) => (style.height = `${Number(height)}px`));
  }

  mount(where: string | HTMLElement): void {
    const target = typeof where === 'string' ? document.querySelector(where) : where;
    if (!target) throw new Error(`Invalid value for mount: nothing there`);
    target.replaceChildren(this.frame.element);
  }

  on(event: string, listener: Listener): this {
    const listeners = this.frame.listeners.get(event) ?? new Set();
    this.frame.listeners.set(event, listeners.add(listener));
    return this;
  }

  off(event: string, listener: Listener): this {
    this.frame.listeners.get(event)?.delete(listener);
    return this;
  }

  update(): void {}
  collapse(): void {}
  focus = (): void => void this.frame.ask('focus', {});
  clear = (): void => void this.frame.ask('clear', {});
  unmount = (): void => this.frame.element.remove();
  destroy = (): void => this.frame.element.remove();
}

class Elements {
  private readonly publishableKey: string;
  options: Fields;
  payment: PaymentElement | null = null;

  constructor(publishableKey: string, options: Fields) {
    this.publishableKey = publishableKey;
    this.options = options;
  }

  get clientSecret(): string | undefined {
    return this.options['clientSecret'] as string | undefined;
  }

  create(type: string): PaymentElement {
    if (type !== 'payment') throw new Error(`This stand-in has no ${type} Element.`);
    const { publishableKey, options } = this;
    this.payment = new PaymentElement({ publishableKey, appearance: options['appearance'] });
    return this.payment;
  }

  getElement = (type: string): PaymentElement | null => (type === 'payment' ? this.payment : null);
  update = (options: Fields): void => void (this.options = { ...this.options, ...options });
  fetchUpdates = (): Promise<Result> => Promise.resolve({});
  submit = (): Promise<Result> => this.ask('validate', {});

  ask(method: string, params: Fields): Promise<Result> {
    if (!this.payment) throw new Error('elements should have a mounted Payment Element.');
    return this.payment.frame.ask(method, params);
  }
}

/** Where an intent is, by its client secret: `pi_…_secret_…` or `seti_…_secret_…`. */
function locate(clientSecret: string): { path: string; name: 'paymentIntent' | 'setupIntent' } {
  const [id = ''] = clientSecret.split('_secret_');
  return id.startsWith('seti_')
    ? { path: `/v1/setup_intents/${id}`, name: 'setupIntent' }
    : { path: `/v1/payment_intents/${id}`, name: 'paymentIntent' };
}

const named = (name: string, answer: Result): Result => (answer.error ? { error: answer.error } : { [name]: answer });

type Confirming = {
  elements?: Elements;
  clientSecret?: string;
  confirmParams?: Fields;
  redirect?: 'always' | 'if_required';
};
type Making = { elements: Elements; params?: Fields };

class Stripe {
  private readonly publishableKey: string;
  private hidden: Frame | undefined;

  constructor(publishableKey: string) {
    if (!publishableKey.startsWith('pk_')) throw new Error('Invalid API key: a publishable key starts with pk_.');
    this.publishableKey = publishableKey;
  }

  elements = (options: Fields = {}): Elements => new Elements(this.publishableKey, options);

  createPaymentMethod = async ({ elements, params = {} }: Making): Promise<Result> =>
    named('paymentMethod', await elements.ask('createPaymentMethod', { fields: params }));

  createConfirmationToken = async ({ elements, params = {} }: Making): Promise<Result> =>
    named('confirmationToken', await elements.ask('createConfirmationToken', { fields: params }));

  retrievePaymentIntent = (clientSecret: string): Promise<Result> => this.retrieve(clientSecret);
  retrieveSetupIntent = (clientSecret: string): Promise<Result> => this.retrieve(clientSecret);
  confirmPayment = (options: Confirming): Promise<Result> => this.confirm(options);
  confirmSetup = (options: Confirming): Promise<Result> => this.confirm(options);

  handleNextAction = async ({ clientSecret }: { clientSecret: string }): Promise<Result> => {
    const retrieved = await this.retrieve(clientSecret);
    const intent = retrieved[locate(clientSecret).name] as Fields | undefined;
    return intent?.['status'] === 'requires_action' ? this.showBank(clientSecret, intent) : retrieved;
  };

  private async confirm({
    elements,
    clientSecret: given,
    confirmParams = {},
    redirect = 'always',
  }: Confirming): Promise<Result> {
    const clientSecret = given ?? elements?.clientSecret ?? '';
    const { path, name } = locate(clientSecret);
    const params = { path, fields: { ...confirmParams, client_secret: clientSecret, use_stripe_sdk: true } };
    const answer = await this.askToConfirm(elements, params);
    const confirmed = named(name, answer);
    const intent = confirmed[name] as Fields | undefined;
    const outcome = intent?.['status'] === 'requires_action' ? await this.showBank(clientSecret, intent) : confirmed;
    if (outcome.error || redirect === 'if_required') return outcome;
    window.location.assign(this.returnAddress(String(confirmParams['return_url']), clientSecret));
    return new Promise(() => undefined); // the page is on its way out
  }

  private askToConfirm(elements: Elements | undefined, params: Fields): Promise<Result> {
    return elements ? elements.ask('confirm', params) : this.controller().ask('confirmWithout', params);
  }

  private returnAddress(returnUrl: string, clientSecret: string): string {
    const url = new URL(returnUrl);
    const object = clientSecret.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
    url.searchParams.set(object, clientSecret.split('_secret_')[0] ?? '');
    url.searchParams.set(`${object}_client_secret`, clientSecret);
    url.searchParams.set('redirect_status', 'succeeded');
    return url.href;
  }

  private async retrieve(clientSecret: string): Promise<Result> {
    const { path, name } = locate(clientSecret);
    return named(name, await this.controller().ask('retrieve', { path, clientSecret }));
  }

  /** The bank's question: away by its address, or in a window over the page. */
  private async showBank(clientSecret: string, intent: Fields): Promise<Result> {
    const action = intent['next_action'] as {
      redirect_to_url?: { url: string };
      use_stripe_sdk?: { stripe_js: string };
    };
    if (action.redirect_to_url) {
      window.location.assign(action.redirect_to_url.url);
      return new Promise(() => undefined);
    }
    const url = action.use_stripe_sdk?.stripe_js ?? '';
    if ((await askBank(url)) === 'closed') await this.controller().ask('answerChallenge', { url });
    const { name } = locate(clientSecret);
    const after = await this.retrieve(clientSecret);
    const { last_payment_error: paymentError, last_setup_error: setupError } = (after[name] ?? {}) as Fields;
    const error = (paymentError ?? setupError) as Fields | undefined;
    return error
      ? { error: { ...error, [name === 'setupIntent' ? 'setup_intent' : 'payment_intent']: after[name] } }
      : after;
  }

  private controller(): Frame {
    if (this.hidden) return this.hidden;
    this.hidden = new Frame('controller', 'Payment', { publishableKey: this.publishableKey });
    this.hidden.element.hidden = true;
    this.hidden.element.setAttribute('aria-hidden', 'true');
    document.body.append(this.hidden.element);
    return this.hidden;
  }
}

function askBank(url: string): Promise<'answered' | 'closed'> {
  const dialog = document.createElement('dialog');
  const frame = document.createElement('iframe');
  const close = document.createElement('button');
  dialog.setAttribute('aria-label', 'Your bank');
  Object.assign(dialog.style, { padding: '0', border: '0', borderRadius: '8px', width: 'min(440px, 100vw)' });
  Object.assign(frame.style, { border: '0', width: '100%', height: '440px', display: 'block' });
  frame.src = url;
  frame.title = 'Your bank';
  close.type = 'button';
  close.textContent = 'Cancel the payment';
  Object.assign(close.style, { display: 'block', margin: '0 0 0 auto', padding: '8px 12px' });
  dialog.append(close, frame);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    const finish = (how: 'answered' | 'closed'): void => {
      window.removeEventListener('message', hear);
      dialog.remove();
      done(how);
    };
    const hear = ({ data, origin: from, source }: MessageEvent<{ stripeChallenge?: string }>): void => {
      if (from === origin && source === frame.contentWindow && data.stripeChallenge) finish('answered');
    };
    window.addEventListener('message', hear);
    close.addEventListener('click', () => finish('closed'));
    dialog.addEventListener('cancel', () => finish('closed'));
  });
}

Object.assign(window, { Stripe: (publishableKey: string) => new Stripe(publishableKey) });

export {};
