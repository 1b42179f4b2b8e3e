/** What a run of tests came to. `problems` are lines for the person: failed and skipped tests by name. */
export type Counts = { passed: number; failed: number; problems: string[] };

export const nothing: Counts = { passed: 0, failed: 0, problems: [] };

/** The part of Vitest's JSON report that counts. */
export type VitestReport = {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
};

/** A test may end its name with what a machine need not have: `[needs pulumi]`. It alone may be skipped, by name. */
const need = / \[needs [a-z-]+\]$/;

/** Counts a run. A skipped test has proved nothing, so it fails; so does a file that could not be loaded, or a run that broke. */
export function countReport(project: string, report: VitestReport | undefined, exitCode: number): Counts {
  if (!report) return broken(`${project}: the tests did not run`);
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const others = tests.filter(({ status }) => status !== 'passed');
  const excused = others.filter(({ fullName, status }) => status !== 'failed' && need.test(fullName));
  const files = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const problems = [
    ...others.map(({ fullName, status }) => `${project}: ${status === 'failed' ? 'failed' : 'skipped'}: ${fullName}`),
    ...files.map(({ name, message }) => `${project}: ${name}: ${message?.split('\n')[0] ?? 'failed'}`),
  ];
  if (problems.length === excused.length && exitCode !== 0)
    return add({ passed, failed: 0, problems: [] }, broken(brokenRun(project)));
  return { passed, failed: problems.length - excused.length, problems };
}

const brokenRun = (project: string): string => `${project}: all tests passed, but the run ended with an error`;
const broken = (problem: string): Counts => ({ passed: 0, failed: 1, problems: [problem] });

export function add(...counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    problems: counts.flatMap(({ problems }) => problems),
  };
}

/** The closing line of `make test`. */
export const closingLine = ({ passed, failed }: Counts): string => `${passed} passed, ${failed} failed`;
