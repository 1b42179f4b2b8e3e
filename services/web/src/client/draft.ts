const name = 'checkout';
/** Not for what belongs to one showing of the page. */
const isDraft = ({ type }: HTMLInputElement): boolean => ['text', 'email', 'tel'].includes(type);

const fieldsOf = (form: HTMLFormElement): HTMLInputElement[] =>
  [...form.elements].filter(
    (element): element is HTMLInputElement => element instanceof HTMLInputElement && isDraft(element),
  );

/** What is typed outlives a reload: in this tab only, until the order is placed. */
export function keepDraft(form: HTMLFormElement): void {
  const kept = read();
  for (const field of fieldsOf(form)) field.value ||= kept[field.name] ?? '';
  form.addEventListener('input', () => {
    const typed = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
    try {
      sessionStorage.setItem(name, JSON.stringify(typed));
    } catch {
      // Without storage a reload starts anew.
    }
  });
}

export const dropDraft = (): void => sessionStorage.removeItem(name);

function read(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}
