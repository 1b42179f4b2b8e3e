import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsRoot, readOptions, refuseOtherUsers, type CommandModule } from './command.ts';
import { formatHelp } from './help.ts';
import { paths } from './paths.ts';
import { runCommand } from './steps.ts';

/** Loaded when used: most of them need only a part of this package. What each does is said in the Makefile. */
const commands: Record<string, () => Promise<CommandModule>> = {
  doctor: () => import('./commands/doctor.ts'),
  up: () => import('./commands/up.ts'),
  status: () => import('./commands/status.ts'),
  logs: () => import('./commands/logs.ts'),
  mails: () => import('./commands/mails.ts'),
  kubectl: () => import('./commands/kubectl.ts'),
  stores: () => import('./commands/stores.ts'),
  down: () => import('./commands/down.ts'),
  clean: () => import('./commands/clean.ts'),
  test: () => import('./commands/test.ts'),
  bench: () => import('./commands/bench.ts'),
  race: () => import('./commands/race.ts'),
  chaos: () => import('./commands/chaos.ts'),
};

const [name = '--help', ...flags] = process.argv.slice(2);
const load = commands[name];

if (load && !flags.includes('--help')) {
  const options = readOptions(process.env, flags);
  process.exitCode = await runCommand(name, async () => {
    if (needsRoot(name, options)) refuseOtherUsers();
    return (await load()).run(options);
  });
} else {
  console.log(formatHelp(readFileSync(join(paths.checkout, 'Makefile'), 'utf8')));
  process.exitCode = load || name === '--help' ? 0 : 2;
}
