import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { paths } from '../paths.ts';
import { Failure } from '../steps.ts';
import { add, closingLine, type Counts, nothing } from '../test-run/counts.ts';
import { Interrupted, type Interruption, watchInterruption } from '../test-run/interruption.ts';
import { type Project, runProject, testPath } from '../test-run/projects.ts';
import { startServers } from '../test-run/servers.ts';

/** All checks and all tests; the last line says how many passed and failed. */
export async function run(_options: Options): Promise<void> {
  const interruption = watchInterruption();
  try {
    const counts = await withLock('test', () => runEverything(interruption));
    for (const problem of counts.problems) console.log(problem);
    console.log(closingLine(counts));
    if (counts.failed > 0) process.exit(1);
  } catch (error) {
    if (error instanceof Interrupted) throw new Failure('interrupted; nothing was left running.', 'Again: make test');
    throw error;
  } finally {
    interruption.release();
  }
}

async function runEverything(interruption: Interruption): Promise<Counts> {
  const servers = await startServers(interruption.check);
  try {
    const tests = (project: Project) => runProject(project, servers.image, interruption);
    const counts = [await tests('service'), await tests('shop')];
    const withoutServers = async () => add(await tests('unit'), await tests('platform'));
    // These wait for servers that they killed; meanwhile what needs no server has the processor.
    return add(...counts, ...(await Promise.all([tests('fault'), runCheck(interruption), withoutServers()])));
  } finally {
    await servers.stop();
  }
}

/** Format, lint, types, imports, generated files: one test among the others. */
async function runCheck(interruption: Interruption): Promise<Counts> {
  const env = { PATH: testPath() };
  const exitCode = await interruption.run(['npm', 'run', '--silent', 'check'], { cwd: paths.checkout, env });
  return exitCode === 0 ? { ...nothing, passed: 1 } : { passed: 0, failed: 1, problems: ['npm run check failed'] };
}
