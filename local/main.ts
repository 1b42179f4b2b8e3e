import { readOptions, type CommandModule } from './command.ts';
import { formatHelp, type Entry } from './help.ts';
import { runCommand } from './steps.ts';

type Loaded = Entry & { load: () => Promise<CommandModule> };

/** Loaded when used: most of them need only a part of this package. */
const commands: Record<string, Loaded> = {
  doctor: {
    summary: 'check what this machine has and lacks; writes nothing',
    load: () => import('./commands/doctor.ts'),
  },
  up: {
    summary: 'build and start everything: the shop answers at http://127.0.0.1:8080',
    variables: 'PORT=8090, CONTEXT=name (a cluster you already have)',
    load: () => import('./commands/up.ts'),
  },
  status: {
    summary: 'conditions, pods, stores, memory, address',
    variables: 'JSON=1',
    load: () => import('./commands/status.ts'),
  },
  logs: {
    summary: 'follow the logs of a service',
    variables: 'S=product',
    load: () => import('./commands/logs.ts'),
  },
  kubectl: {
    summary: 'kubectl in the cluster',
    variables: 'ARGS="get storefronts -A"',
    load: () => import('./commands/kubectl.ts'),
  },
  stores: {
    summary: 'start the stores that the tests of single services use',
    load: () => import('./commands/stores.ts'),
  },
  down: {
    summary: 'stop everything; data is kept',
    load: () => import('./commands/down.ts'),
  },
  clean: {
    summary: 'stop everything and remove its data, after asking',
    variables: 'YES=1',
    load: () => import('./commands/clean.ts'),
  },
  test: {
    summary: 'all checks and all tests, on servers of their own',
    load: () => import('./commands/test.ts'),
  },
  bench: {
    summary: 'measure; writes docs/benchmarks.md',
    load: () => import('./commands/bench.ts'),
  },
};

/** Kept by make itself: they need nothing running. */
const ofMake: Record<string, Entry> = {
  check: { summary: 'format, lint, types, imports, generated files' },
  help: { summary: 'this list' },
};

const [name = 'help', ...flags] = process.argv.slice(2);
const command = commands[name];

if (!command || flags.includes('--help')) {
  console.log(formatHelp({ ...commands, ...ofMake }));
  process.exitCode = command || ['help', '--help'].includes(name) ? 0 : 2;
} else {
  process.exitCode = await runCommand(name, async () => (await command.load()).run(readOptions(process.env, flags)));
}
