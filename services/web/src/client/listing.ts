import { texts } from '../texts.ts';

/**
 * Applies filters, sorting and their removal at once: fetches the page the form or link leads to and takes its list
 * over. The server's page stays the only place that knows how a list looks; anything unexpected becomes a normal visit.
 */
export function enhanceListing(): void {
  if (!document.getElementById('list')) return;
  let latest = 0;

  document.addEventListener('change', ({ target }) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form?.id === 'filters-form' && form.reportValidity()) void go(addressOf(form));
  });
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (form.id !== 'filters-form') return;
    event.preventDefault();
    void go(addressOf(form));
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-list]') : null;
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void go(link.href);
  });
  addEventListener('popstate', () => void go(location.href, { isNew: false }));

  async function go(address: string, { isNew = true } = {}): Promise<void> {
    const turn = ++latest;
    document.getElementById('list')?.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(address);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (turn !== latest) return;
      const list = page.getElementById('list');
      if (!response.ok || !list) throw new Error(`no list at ${address}`);
      if (isNew) history.pushState(null, '', address);
      takeOver(page, list);
    } catch {
      if (turn === latest) location.assign(address);
    }
  }
}

/** Empty fields stay out of the address. */
function addressOf(form: HTMLFormElement): string {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string' && value) query.append(name, value);
  return query.size > 0 ? `${form.action}?${query}` : form.action;
}

function takeOver(page: Document, list: HTMLElement): void {
  const focused = document.activeElement?.id;
  const current = document.getElementById('list');
  if (current) keepOpen(current, list);
  current?.replaceWith(document.adoptNode(list));
  document.title = page.title;
  for (const other of ['.currency-menu', '.footer']) takePart(page, other);
  announce();
  refocus(focused);
}

/** What the customer has unfolded stays unfolded. */
function keepOpen(current: HTMLElement, list: HTMLElement): void {
  for (const { id } of current.querySelectorAll<HTMLDetailsElement>('details[open]:not(.menu)'))
    list.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
}

function announce(): void {
  const matches = document.getElementById('matches')?.textContent.trim() || texts.nothingMatches;
  const status = document.getElementById('list-status');
  if (status) status.textContent = texts.updated(matches);
}

/** The control that was used lives on in the new list; where it is gone (a removed filter), its neighbour takes over. */
function refocus(id: string | undefined): void {
  const heir = (id && document.getElementById(id)) || document.querySelector<HTMLElement>('#sort summary');
  if (document.activeElement === document.body) heir?.focus({ preventScroll: true });
}

/** Currency links name the page's own address, so they follow it. */
function takePart(page: Document, selector: string): void {
  const part = page.querySelector(selector);
  if (part) document.querySelector(selector)?.replaceWith(document.adoptNode(part));
}
