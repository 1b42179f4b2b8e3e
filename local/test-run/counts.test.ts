import { describe, expect, it } from 'vitest';
import { add, closingLine, countReport, type VitestReport } from './counts.ts';

const file = (statuses: string[], status = 'passed'): VitestReport['testResults'][number] => ({
  name: 'a.test.ts',
  status,
  message: 'SyntaxError: no\n  at line 1',
  assertionResults: statuses.map((each, index) => ({ fullName: `test ${index}`, status: each })),
});

describe('what a test run came to', () => {
  it('adds up over the projects', () => {
    const unit = countReport('unit', { testResults: [file(['passed', 'passed'])] }, 0);
    const service = countReport('service', { testResults: [file(['passed', 'failed'], 'failed')] }, 1);
    expect(closingLine(add(unit, service))).toBe('3 passed, 1 failed');
    expect(add(unit, service).problems).toEqual(['service: failed: test 1']);
  });

  it('is a failure where something was skipped', () => {
    const counts = countReport('service', { testResults: [file(['passed', 'skipped', 'todo'])] }, 0);
    expect(counts).toMatchObject({ passed: 1, failed: 2 });
    expect(counts.problems[0]).toBe('service: skipped: test 1');
  });

  it('names a skipped test that needs what the machine lacks, and does not fail for it', () => {
    const skipped = { fullName: 'previews [needs pulumi]', status: 'skipped' };
    const report = { testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [skipped] }] };
    expect(countReport('platform', report, 0)).toEqual({
      passed: 0,
      failed: 0,
      problems: ['platform: skipped: previews [needs pulumi]'],
    });
    const broken = { testResults: [{ ...file([]), assertionResults: [{ ...skipped, status: 'failed' }] }] };
    expect(countReport('platform', broken, 1).failed).toBe(1);
  });

  it('is a failure where a file could not be loaded, and nothing in it ran', () => {
    const counts = countReport('unit', { testResults: [file([], 'failed'), file(['passed'])] }, 1);
    expect(counts).toEqual({ passed: 1, failed: 1, problems: ['unit: a.test.ts: SyntaxError: no'] });
  });

  it('is a failure where the run broke, whatever its tests say', () => {
    expect(countReport('unit', undefined, 1).failed).toBe(1);
    expect(countReport('unit', { testResults: [file(['passed'])] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });
});
