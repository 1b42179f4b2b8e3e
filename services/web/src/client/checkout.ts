import { mountCard, type Card } from './card.ts';
import { dropDraft, keepDraft } from './draft.ts';
import { focusNotice, say, sendForm, takeParts } from './parts.ts';

/** What may change without the customer's being asked, while something else is typed. */
const quietParts = ['checkout-hidden', 'shipping', 'checkout-sums'];

export function enhanceCheckout(): void {
  const form = document.getElementById('checkout');
  if (form instanceof HTMLFormElement) new Checkout(form);
}

/**
 * The checkout with script: shipping is asked for when there is a postcode, the card is typed in its frame, and what the server
 * says is shown in place, so that the card need not be typed again. Without any of it the form works as a form.
 */
class Checkout {
  readonly #form: HTMLFormElement;
  readonly #mounting = mountCard();
  #card: Card | null = null;
  #isBusy = false;
  #asked = 0;
  #asking = Promise.resolve();

  constructor(form: HTMLFormElement) {
    this.#form = form;
    keepDraft(form);
    if (isAddressedAlready()) this.#asking = this.#askRates();
    void this.#mounting.then((card) => (this.#card = card));
    form.addEventListener('change', ({ target }) => this.#onChange(target as HTMLInputElement));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onButton(event.submitter instanceof HTMLButtonElement ? event.submitter : null);
    });
  }

  #onChange(field: HTMLInputElement): void {
    if (field.id === 'postcode' || field.id === 'country') this.#asking = this.#askRates();
    if (field.name === 'rate') this.#showRate(field);
  }

  #onButton(button: HTMLButtonElement | null): void {
    if (button?.name === 'remove') void this.#send({ remove: button.value });
    else if (button?.value === 'order') void this.#place();
    else this.#asking = this.#askRates();
  }

  async #askRates(): Promise<void> {
    const turn = ++this.#asked;
    document.getElementById('shipping')?.setAttribute('aria-busy', 'true');
    const answer = await sendForm(this.#form, { step: 'rates' });
    if (turn !== this.#asked) return;
    document.getElementById('shipping')?.removeAttribute('aria-busy');
    if (answer === null) return this.#sayUnreachable();
    if ('goTo' in answer) return location.assign(answer.goTo);
    takeParts(answer.page, quietParts);
    this.#followAmount();
  }

  async #place(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    say(document.getElementById('form-status')?.dataset.busy ?? '');
    this.#isBusy = await this.#placeNow().catch(() => {
      this.#sayUnreachable();
      return false;
    });
  }

  /** Whether the page is being left: until it is, nothing more may be sent. */
  async #placeNow(): Promise<boolean> {
    // Pressed before the answer to the postcode is here, or the form for the card.
    await this.#asking;
    const card = await this.#mounting;
    const read = card ? await card.read(this.#billing()) : { token: '' };
    if (read) return this.#send({ step: 'order', paymentMethod: read.token });
    say('');
    return false;
  }

  /** Name and address are the server's to judge; what the provider refuses to take empty is left out. */
  #billing(): { name?: string; email?: string } {
    const value = (id: string) => (document.getElementById(id) as HTMLInputElement | null)?.value.trim() ?? '';
    const [name, email] = [value('name'), value('email')];
    return { ...(name && { name }), ...(/^\S+@\S+\.\S+$/.test(email) && { email }) };
  }

  async #send(changes: Record<string, string>): Promise<boolean> {
    const answer = await sendForm(this.#form, changes);
    if (answer !== null && 'goTo' in answer) {
      if (answer.goTo.startsWith('/orders/')) leaveBehind(answer.goTo);
      location.assign(answer.goTo);
      return true;
    }
    this.#show(answer?.page);
    return false;
  }

  #show(page: Document | undefined): void {
    // No page, or one without the form: nobody could be asked. Everything stays as it is, to be sent again.
    if (!page?.getElementById('checkout')) return this.#sayUnreachable();
    say('');
    takeParts(page);
    this.#followAmount();
    focusNotice();
  }

  #followAmount(): void {
    const chosen = document.querySelector<HTMLInputElement>('input[name="rate"]:checked');
    if (chosen) this.#card?.amount(Number(chosen.dataset.amount));
  }

  #showRate({ dataset }: HTMLInputElement): void {
    write('sum-shipping', dataset.price);
    write('sum-total', dataset.total);
    write('sum-taxes', dataset.tax);
    write('place-order', dataset.submit);
    this.#followAmount();
  }

  #sayUnreachable(): void {
    say(this.#form.dataset.unreachable ?? '');
  }
}

/** Typed or filled in before this script was there, or brought back from a draft: nobody has asked for rates yet. */
function isAddressedAlready(): boolean {
  const postcode = document.getElementById('postcode') as HTMLInputElement | null;
  return postcode !== null && postcode.value.trim() !== '' && document.querySelector('input[name="rate"]') === null;
}

function write(id: string, text = ''): void {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}

/** Who goes back, from the bank perhaps, finds the order and not an empty checkout. */
function leaveBehind(goTo: string): void {
  dropDraft();
  history.replaceState(null, '', goTo.replace(/\/payment$/, ''));
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}
