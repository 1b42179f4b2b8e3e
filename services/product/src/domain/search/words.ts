const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ı: 'i',
};
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
/** Made when the first text needs it: its dictionaries take longer to load than the rest of the service's own code. */
let segmenter: Intl.Segmenter | undefined;
const longestWord = 30;

/** Lower case, accents dropped: `Crème` and `creme` are one word. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđþı]/g, (letter) => letters[letter] ?? letter);
}

/** The folded words of a text in their order. Scripts that write no spaces are cut by the Unicode word rules (UAX 29). */
export function wordsOf(text: string): string[] {
  const folded = fold(text);
  const words = unspaced.test(folded)
    ? Array.from(segmentsOf(folded), ({ segment, isWordLike }) => (isWordLike ? segment : ''))
    : folded.replace(/['’]/g, '').split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== '').map((word) => word.slice(0, longestWord));
}

function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  return segmenter.segment(text);
}

/** Plural and singular become one, no more than that: close to the "S" rules of Harman (1991, "How effective is suffixing?"). */
export function stem(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || /[us]s$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(word) || (word.length > 5 && word.endsWith('oes'))) return word.slice(0, -2);
  return word.slice(0, -1);
}
