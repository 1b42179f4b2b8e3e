/** A form marked `data-once` is sent once, however often its button is pressed; a quantity is sent when it has been chosen. */
export function enhanceForms(): void {
  let sent = new WeakSet<HTMLFormElement>();
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('[data-once]')) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
  });
  // Going back shows the page as it was left.
  addEventListener('pageshow', () => (sent = new WeakSet()));
  document.addEventListener('change', ({ target }) => {
    const form = target instanceof HTMLInputElement ? target.form : null;
    if (form?.matches('[data-units]')) form.requestSubmit();
  });
}
