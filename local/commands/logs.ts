import { spawnSync } from 'node:child_process';
import { componentLabel } from '@storefront/operator/labels';
import type { Options } from '../command.ts';
import { createKubectl, kubectlCommand, type Target } from '../cluster/kubectl.ts';
import { Failure } from '../steps.ts';

type Deployments = { items: { metadata: { labels?: Record<string, string> } }[] };

/**
 * The apps' logs of all pods of a service that run by now. Followed in a terminal, until Ctrl-C; what goes into a pipe or a file ends, unless
 * FOLLOW=1, since a program that reads it would wait forever.
 */
export async function run({ service, context, follow }: Options): Promise<number> {
  const target = context === undefined ? {} : { context };
  const namespace = process.env['NAMESPACE'] || 'shop';
  const known = await listServices(target, namespace);
  if (service === undefined || !known.includes(service)) {
    const choice = known.length > 0 ? `one of: ${known.join(', ')}` : 'none runs, so first: make up';
    throw new Failure(`There is no service "${service ?? ''}".`, `Name it: make logs S=product (${choice})`);
  }
  const pods = ['-n', namespace, 'logs', '-l', `${componentLabel}=${service}`, '-c', 'app'];
  const isFollowed = follow || process.stdout.isTTY;
  const length = isFollowed ? ['--follow', '--tail=50'] : ['--tail=500'];
  const command = kubectlCommand(target, [...pods, '--prefix', '--max-log-requests=50', ...length]);
  return isFollowed ? followUntilInterrupted(command) : show(command);
}

const show = ([program, ...args]: string[]): number =>
  spawnSync(program as string, args, { stdio: 'inherit' }).status ?? 1;

/**
 * Ctrl-C is how following ends, so it is no failure. Job control gives the program the terminal alone: else the signal would reach make as
 * well, which then ends as interrupted.
 */
function followUntilInterrupted(command: string[]): number {
  if (!process.stdin.isTTY) return show(command);
  const { status, signal } = spawnSync('bash', ['-c', 'set -m; "$@"; exit $?', 'logs', ...command], {
    stdio: 'inherit',
  });
  return signal === 'SIGINT' || status === interrupted ? 0 : (status ?? 1);
}

/** What a shell says of a program that SIGINT has ended. */
const interrupted = 128 + 2;

async function listServices(target: Target, namespace: string): Promise<string[]> {
  const deployments = await createKubectl(target).get<Deployments>(['-n', namespace, 'deployments']);
  return (deployments?.items ?? []).flatMap(({ metadata }) => metadata.labels?.[componentLabel] ?? []);
}
