import type { z } from 'zod';

/** Lines beyond these say nothing a person reads in a condition. */
const shown = 20;

/** All that is wrong with a Storefront, one line a field, as the operator's condition and event tell it. */
export function formatProblems(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `${fieldOf(issue.path)}: ${sentenceOf(issue)}`);
  const more = lines.length - shown;
  return [...lines.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function fieldOf(path: PropertyKey[]): string {
  const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return field.replace(/^\./, '') || 'storefront';
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.message.endsWith('received undefined') ? 'is missing' : `must be of type ${issue.expected}`;
}
