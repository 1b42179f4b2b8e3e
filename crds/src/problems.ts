import type { z } from 'zod';

/** All that is wrong with a Storefront, one line a field, as the operator's condition and event tell it. */
export function formatProblems(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${fieldOf(path)}: ${message}`).join('\n');
}

function fieldOf(path: PropertyKey[]): string {
  const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return field.replace(/^\./, '') || 'storefront';
}
