import type { Attributes } from '../../simulator/objects.ts';
import { refuse } from './errors.ts';

/**
 * The part of Stripe's search language that finds objects again: `metadata['order']:'1' AND status:'succeeded'`.
 * Gives attributes by the names under which they are kept.
 */
export function readSearch(query: string, fields: readonly string[]): Attributes {
  const clauses = query.split(/\s+AND\s+/i).map((clause) => readClause(clause.trim(), fields));
  return Object.fromEntries(clauses);
}

function readClause(clause: string, fields: readonly string[]): [string, string] {
  const [, , key, field, , value] = /^(?:metadata\[(["'])([^"']+)\1\]|(\w+)):(["'])([^"']*)\4$/.exec(clause) ?? [];
  if (value === undefined)
    throw refuse.invalidParameter('query', `We were unable to parse your search query: ${clause}`);
  if (key !== undefined) return [metadataAttribute(key), value];
  if (field === undefined || !fields.includes(field))
    throw refuse.invalidParameter('query', `Field \`${field}\` is an unsupported search field for this simulator`);
  return [field, value];
}

export const metadataAttribute = (key: string): string => `metadata.${key}`;

/** What objects are found by, as they are kept. */
export const metadataAttributes = (metadata: Record<string, string>): Attributes =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [metadataAttribute(key), value]));
