/** The text with every line moved to the right, and without blank lines at its end. */
export const indent = (text: string, by = 2): string =>
  text
    .split('\n')
    .map((line) => (line ? ' '.repeat(by) + line : line))
    .join('\n')
    .trimEnd();
