import { isCode, isTest, withoutComments, type Sources } from './sources.ts';

const impurities: readonly (readonly [RegExp, string])[] = [
  [/\bnew Date\(\s*\)/, 'pass `now` instead of new Date()'],
  [/\bDate\.now\b/, 'pass `now` instead of Date.now'],
  [/\bMath\.random\b/, 'pass randomness in'],
  [/\brandomUUID\b/, 'pass ids in'],
  [/\bprocess\.(env|hrtime)\b/, 'pass configuration in'],
  [/\bperformance\.now\b/, 'pass `now` instead of performance.now'],
];

/** Code in a domain/ folder that reads the clock, the environment or chance. */
export function impureDomains(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources) {
    if (!path.includes('/domain/') || !isCode(path) || isTest(path)) continue;
    const code = withoutComments(text);
    for (const [pattern, remedy] of impurities) if (pattern.test(code)) problems.push(`${path}: ${remedy}`);
  }
  return problems;
}
