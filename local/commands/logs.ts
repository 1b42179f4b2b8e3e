import { spawnSync } from 'node:child_process';
import type { Options } from '../command.ts';
import { createKubectl, kubectlCommand, type Target } from '../cluster/kubectl.ts';
import { Failure } from '../steps.ts';

type Deployments = { items: { metadata: { labels?: Record<string, string> } }[] };
const component = 'app.kubernetes.io/component';

/** The apps' logs of all pods of a service; FOLLOW=1 keeps reading. */
export async function run({ service, context }: Options): Promise<void> {
  const target = context === undefined ? {} : { context };
  const namespace = process.env['NAMESPACE'] || 'shop';
  const known = await listServices(target, namespace);
  if (service === undefined || !known.includes(service)) {
    const choice = known.length > 0 ? `one of: ${known.join(', ')}` : 'none runs, so first: make up';
    throw new Failure(`There is no service "${service ?? ''}".`, `Name it: make logs S=product (${choice})`);
  }
  const pods = ['-n', namespace, 'logs', '-l', `${component}=${service}`, '-c', 'app'];
  const length = process.env['FOLLOW'] ? ['--follow'] : ['--tail=500'];
  const [program, ...args] = kubectlCommand(target, [...pods, '--prefix', '--max-log-requests=50', ...length]);
  process.exit(spawnSync(program as string, args, { stdio: 'inherit' }).status ?? 1);
}

async function listServices(target: Target, namespace: string): Promise<string[]> {
  const deployments = await createKubectl(target).get<Deployments>(['-n', namespace, 'deployments']);
  return (deployments?.items ?? []).flatMap(({ metadata }) => metadata.labels?.[component] ?? []);
}
