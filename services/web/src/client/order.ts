import { mountCard, type Card } from './card.ts';
import { readPage, say, sendForm, takeParts } from './parts.ts';

const retryMs = 5_000;

/** The order's page with script: it shows news as they come, and takes another card. */
export function enhanceOrder(): void {
  const page = document.querySelector<HTMLElement>('[data-page="order"]');
  const { events, seen, self = '' } = page?.dataset ?? {};
  let card: Card | null = null;
  let isBusy = false;
  void mountCard().then((mounted) => (card = mounted));
  if (events !== undefined) listen({ address: events, seen: Number(seen), onNews: () => showNews(self) });

  document.getElementById('pay')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    if (card && !isBusy) void pay(form, card);
  });

  async function pay(form: HTMLFormElement, from: Card): Promise<void> {
    isBusy = true;
    say(document.getElementById('form-status')?.dataset.busy ?? '');
    const read = await from.read({}).catch(() => undefined);
    const answer = read && (await sendForm(form, { paymentMethod: read.token }));
    if (answer && 'goTo' in answer) return location.assign(answer.goTo);
    say(answer === undefined ? '' : (form.dataset.unreachable ?? ''));
    isBusy = false;
  }
}

/** `last`: nothing more comes after it. */
type News = 'shown' | 'last' | 'unanswered';
type Live = {
  address: string;
  /** The entry of the order's history that the page shows already. */
  seen: number;
  onNews: () => Promise<News>;
};

/** The browser comes back by itself when a stream ends, but not when it is refused: then we begin anew. */
function listen({ address, seen, onNews }: Live): void {
  const source = new EventSource(address);
  let newest = seen;
  let asking: Promise<void> | undefined;
  source.addEventListener('message', ({ lastEventId }) => {
    if (Number(lastEventId) <= newest) return;
    newest = Number(lastEventId);
    asking ??= ask();
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ address, seen: newest, onNews }), retryMs);
  });

  /** Once more for what came while it was asked, and until there is an answer. */
  async function ask(): Promise<void> {
    for (let shown = 0; shown < newest;) {
      const asked = newest;
      const news = await onNews();
      if (news === 'last') return source.close();
      if (news === 'shown') shown = asked;
      else await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    asking = undefined;
  }
}

async function showNews(self: string): Promise<News> {
  const response = await fetch(self).catch(() => null);
  if (!response?.ok) return 'unanswered';
  const page = await readPage(response);
  // Another policy lets the card's script in: that takes a page of its own.
  if (page.getElementById('card') && !document.getElementById('card')) location.replace(self);
  else show(page);
  return page.querySelector('[data-events]') ? 'shown' : 'last';
}

function show(page: Document): void {
  const before = textOf('order-standing');
  takeParts(page, partsToTake(page));
  if (textOf('order-standing') === before) return;
  const status = document.getElementById('order-news');
  if (status) status.textContent = `${status.dataset.said ?? ''} ${textOf('standing')}`;
}

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? '';

/** All but the form for a card while somebody may be typing one, and an opened wish to cancel, as long as both are still possible. */
function partsToTake(page: Document): string[] {
  const ids = [...document.querySelectorAll('[data-part]')].map(({ id }) => id);
  const isTyping = page.getElementById('card') !== null;
  const isCancelling =
    document.querySelector('#order-cancel details[open]') !== null && page.querySelector('#order-cancel form');
  return ids.filter((id) => !(id === 'order-pay' && isTyping) && !(id === 'order-cancel' && isCancelling));
}
