import { checkCgroups, checkDisk, checkMemory, checkNode, checkRoot, checkSystem } from './doctor/machine.ts';
import { checkCache, checkGoTools, checkPackages, checkRootFileSystems } from './doctor/programs.ts';
import { checkOtherKubelet, checkPorts } from './doctor/taken.ts';
import { formatFinding, type Check, type Finding } from './doctor/finding.ts';
import { Failure } from './steps.ts';
import { toRun, type Wanted } from './tools/tools.ts';

/** All that must hold before anything is written, apart from npm's packages, which `make` brings before any command. */
export function checks(port: number, wanted: Wanted = toRun): Check[] {
  return [
    () => checkSystem(),
    () => checkRoot(),
    () => checkNode(),
    () => checkMemory(),
    () => checkDisk(),
    () => checkCgroups(),
    () => checkPackages(wanted),
    () => checkGoTools(wanted),
    () => checkRootFileSystems(),
    () => checkCache(wanted),
    () => checkPorts(port),
    () => checkOtherKubelet(),
  ];
}

/** The checks' findings, and how many problems are among them. */
export async function examine(list: readonly Check[]): Promise<{ findings: Finding[]; problems: Finding[] }> {
  const findings: Finding[] = [];
  for (const check of list) findings.push(await check());
  return { findings, problems: findings.filter(({ state }) => state === 'problem') };
}

/** Throws one message with every problem: a person should not have to mend them one run at a time. */
export async function refuseProblems(list: readonly Check[]): Promise<string> {
  const { findings, problems } = await examine(list);
  if (problems.length > 0) throw asFailure(problems);
  return `${findings.length} checks passed`;
}

export function asFailure(problems: readonly Finding[]): Failure {
  const [first] = problems;
  if (problems.length === 1 && first?.state === 'problem') return new Failure(first.what, first.remedy);
  return new Failure(`${problems.length} problems; nothing was started.`, problems.map(formatFinding).join('\n'));
}
