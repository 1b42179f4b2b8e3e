import { spawnSync } from 'node:child_process';
import type { Options } from '../command.ts';
import { kubectlCommand } from '../cluster/kubectl.ts';

/** The person's own kubectl call: its words, its terminal, its exit code. */
export async function run({ context, args }: Options): Promise<void> {
  const words = kubectlCommand(context === undefined ? {} : { context }, []);
  // The shell splits ARGS, so that quotes in it mean what the person expects.
  const script = `exec "$@" ${args || 'get storefronts --all-namespaces'}`;
  const { status } = spawnSync('bash', ['-c', script, 'kubectl', ...words], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
