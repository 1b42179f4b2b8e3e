/**
 * The server's page stays the only place that knows how a page looks: its parts (`data-part`, each with an id) are taken over.
 * `only`: no others, where the customer may be typing in them.
 */
export function takeParts(page: Document, only?: readonly string[]): void {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll<HTMLElement>('[data-part]')) {
    const fresh = page.getElementById(part.id);
    if (!fresh || (only && !only.includes(part.id)) || fresh.outerHTML === part.outerHTML) continue;
    part.replaceWith(document.adoptNode(fresh));
  }
  document.title = page.title;
  if (focused && document.activeElement === document.body)
    document.getElementById(focused)?.focus({ preventScroll: true });
}

export const readPage = async (response: Response): Promise<Document> =>
  new DOMParser().parseFromString(await response.text(), 'text/html');

/** Sends a form as it is; the answer is an address to go to, or the page with what is wrong. Null when nobody answered. */
export async function sendForm(
  form: HTMLFormElement,
  changes: Record<string, string> = {},
): Promise<{ goTo: string } | { page: Document } | null> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
  for (const [name, value] of Object.entries(changes)) body.set(name, value);
  try {
    const response = await fetch(form.getAttribute('action') ?? '', {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
      redirect: 'error',
    });
    if (response.headers.get('content-type')?.startsWith('application/json'))
      return (await response.json()) as { goTo: string };
    return { page: await readPage(response) };
  } catch {
    return null;
  }
}

/** Says what is going on under the form. */
export function say(text: string): void {
  const status = document.getElementById('form-status');
  if (status) status.textContent = text;
}

/** To what is wrong, if anything is. */
export function focusNotice(): boolean {
  const notice = document.querySelector<HTMLElement>('.notice[tabindex="-1"]');
  notice?.focus();
  notice?.scrollIntoView({ block: 'nearest' });
  return notice !== null;
}
