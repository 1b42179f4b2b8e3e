/** How resources come to be that no stack registers. */
import { changed, type Subject } from '../engine/analyzer.ts';

export type Fields = Record<string, unknown>;
/** One of those that were recorded, by the end of its type and its name. */
export type Find = (end: string, name: string) => Subject;

/** The same under another name, with some fields others. */
export const copy = (subject: Subject, name: string, changes: Fields = {}): Subject => {
  const renamed = { ...subject, name, urn: subject.urn.replace(/::[^:]*$/, `::${name}`) };
  return Object.entries(changes).reduce((each, [field, value]) => changed(each, field, value), renamed);
};

export const made = (type: string, name: string, inputs: Fields): Subject => ({
  type,
  name,
  urn: `urn:pulumi:prod::storefront::${type}::${name}`,
  inputs,
});
