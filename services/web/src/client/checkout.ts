import { mountCard, type Card } from './card.ts';
import { dropDraft, keepDraft } from './draft.ts';
import { focusNotice, say, sendForm, takeParts } from './parts.ts';

/** What may change without the customer's being asked, while something else is typed. */
const quietParts = ['checkout-hidden', 'shipping', 'checkout-sums'];

/**
 * The checkout with script: shipping is asked for when there is a postcode, the card is typed in its frame, and what the server
 * says is shown in place, so that the card need not be typed again. Without any of it the form works as a form.
 */
export function enhanceCheckout(): void {
  const form = document.getElementById('checkout');
  if (!(form instanceof HTMLFormElement)) return;
  const mounting = mountCard();
  let card: Card | null = null;
  let isBusy = false;
  let latest = 0;
  let asking = Promise.resolve();

  if (keepDraft(form)) asking = askRates();
  void mounting.then((mounted) => (card = mounted));
  form.addEventListener('change', ({ target }) => {
    const { id } = target as HTMLElement;
    if (id === 'postcode' || id === 'country') asking = askRates();
    if ((target as HTMLInputElement).name === 'rate') showRate(target as HTMLInputElement);
  });
  form.addEventListener('submit', (event) => {
    const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    event.preventDefault();
    if (button?.name === 'remove') void send({ remove: button.value });
    else if (button?.value === 'order') void place();
    else asking = askRates();
  });

  async function askRates(): Promise<void> {
    const turn = ++latest;
    document.getElementById('shipping')?.setAttribute('aria-busy', 'true');
    const answer = await sendForm(form as HTMLFormElement, { step: 'rates' });
    if (turn !== latest) return;
    document.getElementById('shipping')?.removeAttribute('aria-busy');
    if (answer === null) return say((form as HTMLFormElement).dataset.unreachable ?? '');
    if ('goTo' in answer) return location.assign(answer.goTo);
    takeParts(answer.page, quietParts);
    followAmount();
  }

  async function place(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    say(document.getElementById('form-status')?.dataset.busy ?? '');
    try {
      // Pressed before the answer to the postcode is here, or the form for the card.
      await asking;
      card = await mounting;
      const read = card ? await card.read(billing()) : { token: '' };
      const isLeaving = read && (await send({ step: 'order', paymentMethod: read.token }));
      if (!read) say('');
      isBusy = isLeaving === true;
    } catch (error) {
      isBusy = false;
      throw error;
    }
  }

  /** Name and address are the server's to judge; what the provider refuses to take empty is left out. */
  function billing(): { name?: string; email?: string } {
    const value = (id: string) => (document.getElementById(id) as HTMLInputElement | null)?.value.trim() ?? '';
    const [name, email] = [value('name'), value('email')];
    return { ...(name && { name }), ...(/^\S+@\S+\.\S+$/.test(email) && { email }) };
  }

  /** Whether the page is being left: until it is, nothing more may be sent. */
  async function send(changes: Record<string, string>): Promise<boolean> {
    const answer = await sendForm(form as HTMLFormElement, changes);
    if (answer !== null && 'goTo' in answer) {
      if (answer.goTo.startsWith('/orders/')) leaveBehind(answer.goTo);
      location.assign(answer.goTo);
      return true;
    }
    show(answer?.page);
    return false;
  }

  function show(page: Document | undefined): void {
    // No page, or one without the form: nobody could be asked. Everything stays as it is, to be sent again.
    if (!page?.getElementById('checkout')) return say((form as HTMLFormElement).dataset.unreachable ?? '');
    say('');
    takeParts(page);
    followAmount();
    focusNotice();
  }

  /** Who goes back, from the bank perhaps, finds the order and not an empty checkout. */
  function leaveBehind(goTo: string): void {
    dropDraft();
    history.replaceState(null, '', goTo.replace(/\/payment$/, ''));
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  }

  function followAmount(): void {
    const chosen = document.querySelector<HTMLInputElement>('input[name="rate"]:checked');
    if (chosen) card?.amount(Number(chosen.dataset.amount));
  }

  function showRate({ dataset }: HTMLInputElement): void {
    const write = (id: string, text = '') => {
      const element = document.getElementById(id);
      if (element) element.textContent = text;
    };
    write('sum-shipping', dataset.price);
    write('sum-total', dataset.total);
    write('sum-taxes', dataset.tax);
    write('place-order', dataset.submit);
    followAmount();
  }
}
