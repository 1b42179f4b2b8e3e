/** Values as they travel: what is marked as secret, what is not known yet. */

const sentinel = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

/** Stands for a text that is not known yet. */
export const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

type Marked = { [sentinel]: string; value?: unknown };

export const isSecret = (value: unknown): value is Marked =>
  typeof value === 'object' && value !== null && (value as Partial<Marked>)[sentinel] === secretMark;

/** The value with its secrets opened: what a provider receives. */
export function opened(value: unknown): unknown {
  if (isSecret(value)) return opened(value.value);
  return mapped(value, opened);
}

/** The value with its secrets gone: what may be kept in a file. */
export function hidden(value: unknown): unknown {
  if (isSecret(value)) return '(secret)';
  return mapped(value, hidden);
}

/** Texts in the value that are open to whoever reads the state. */
export function openTexts(value: unknown): string[] {
  if (isSecret(value)) return [];
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(openTexts) : [];
}

function mapped(value: unknown, of: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(of);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, of(inner)]));
}
