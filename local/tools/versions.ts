/** A range of versions, as words that must all hold: '>=1.27.3', '>=18 <19'. */
export type VersionRange = string;

/** The first version in a program's or package's text: '5:8.0.6-3' → [8, 0, 6]; undefined when there is none. */
export function findVersion(text: string): number[] | undefined {
  const withoutEpoch = text.trim().replace(/^\d+:/, '');
  const found = /\d+(?:\.\d+)+|\d+/.exec(withoutEpoch);
  return found?.[0].split('.').map(Number);
}

export function isInRange(version: string, range: VersionRange): boolean {
  const numbers = findVersion(version);
  return numbers !== undefined && range.split(' ').every((condition) => holds(numbers, condition));
}

function holds(version: readonly number[], condition: string): boolean {
  const [, operator, bound] = /^(>=|<)(\d[\d.]*)$/.exec(condition) ?? [];
  if (!operator || !bound) throw new Error(`not a condition on a version: ${condition}`);
  const order = compareVersions(version, bound.split('.').map(Number));
  return operator === '>=' ? order >= 0 : order < 0;
}

/** Negative when `a` is older; missing parts count as 0. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
