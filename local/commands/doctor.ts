import type { Options } from '../command.ts';
import { checks, examine } from '../doctor.ts';
import { formatFinding } from '../doctor/finding.ts';

/** Prints every check; exit code 1 when one is a problem. */
export async function run({ port }: Options): Promise<number> {
  const { findings, problems } = await examine(checks(port));
  console.log(findings.map(formatFinding).join('\n'));
  console.log(problems.length === 0 ? '\nReady: make up' : `\n${problems.length} to mend before make up.`);
  return problems.length > 0 ? 1 : 0;
}
