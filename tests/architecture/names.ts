import { isCode, withoutComments, type Sources } from './sources.ts';

/** What needs such a name belongs elsewhere, under its own. */
const forbiddenWords = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'impl', 'dto', 'misc']);
/** Fine as a part of a name that says more (`structured-data`), never alone. */
const forbiddenAlone = new Set([...forbiddenWords, 'common', 'data', 'info']);
/** Terms of the field that hold one of the words. */
const terms = new Set(['fieldManager']);

/** Files, folders and exported names that bear a name which says nothing. */
export function namingProblems(sources: Sources): string[] {
  const problems = new Set<string>();
  for (const [path, text] of sources) {
    for (const part of path.split('/')) {
      const name = part.replace(/\..*$/, '');
      if (isForbidden(name, name.split('-')))
        problems.add(`${path.slice(0, path.indexOf(part) + part.length)}: rename it`);
    }
    if (isCode(path)) for (const name of forbiddenExports(text)) problems.add(`${path}: rename ${name}`);
  }
  return [...problems];
}

function forbiddenExports(text: string): string[] {
  const pattern = /^export (?:abstract |async )?(const|let|function\*?|class|type|interface) (\w+)/gm;
  return [...withoutComments(text).matchAll(pattern)]
    .filter(([, kind = '', name = '']) => {
      const isType = kind === 'class' || kind === 'type' || kind === 'interface';
      return (isType && /^I[A-Z][a-z]/.test(name)) || isForbidden(name, wordsOf(name));
    })
    .map(([, , name = '']) => name);
}

function isForbidden(name: string, words: readonly string[]): boolean {
  if (terms.has(name)) return false;
  return forbiddenAlone.has(name.toLowerCase()) || words.some((word) => forbiddenWords.has(word.toLowerCase()));
}

/** `orderDtoOf` → order, Dto, Of. */
function wordsOf(name: string): string[] {
  return name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? [];
}
