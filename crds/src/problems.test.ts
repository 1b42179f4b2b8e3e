import { describe, expect, it } from 'vitest';
import { formatProblems } from './problems.ts';
import { StorefrontSpec } from './storefront.ts';

function problemsOf(spec: unknown): string[] {
  const { error } = StorefrontSpec.safeParse(spec);
  return error ? formatProblems(error).split('\n') : [];
}

describe('the problems of a Storefront', () => {
  it('are all in one message, a line for each field', () => {
    const problems = problemsOf({ release: { version: '1.0.0' }, currencies: [7], locale: 'en_GB' });

    expect(problems).toContain('release.image: is missing');
    expect(problems).toContain('ingress: is missing');
    expect(problems).toContain('currencies[0]: must be of type string');
    expect(problems).toContain('locale: write a language tag such as en-GB or de');
  });

  it('name a field that does not exist', () => {
    expect(problemsOf({ replica: 3 })).toContain('storefront: unknown field "replica"');
  });

  it('end with a count when there are too many to read', () => {
    const countries = Array.from({ length: 40 }, (_, at) => `x${at}`);

    const problems = problemsOf({ countries });

    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatch(/^and \d+ more$/);
  });
});
