import { existsSync, readFileSync } from 'node:fs';
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { paths } from '../paths.ts';
import { execute } from '../process.ts';
import { Failure, runSteps } from '../steps.ts';
import { stopEverything } from './down.ts';

/** Stops everything and removes its data: stores, passwords, images, the cluster. The cache of built programs stays. */
export async function run({ yes }: Options): Promise<void> {
  const targets = [paths.local, paths.machine].filter((folder) => existsSync(folder));
  if (targets.length > 0 && !yes) await confirm(targets);
  await withLock('clean', async () => {
    await stopEverything();
    await runSteps([{ name: 'data', run: () => removeData(targets) }]);
  });
  console.log(
    `\nBuilt programs and root file systems stay in ${paths.cache}; remove that folder to be rid of them too.`,
  );
}

async function confirm(targets: readonly string[]): Promise<void> {
  console.log(`This removes for good, with every product in it:\n${targets.map((t) => `  ${t}`).join('\n')}`);
  if (!stdin.isTTY) throw new Failure('nobody to ask; nothing was removed.', 'Without asking: make clean YES=1');
  const terminal = createInterface({ input: stdin, output: stdout });
  const answer = await terminal.question('Remove it? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('nothing was removed.', 'To remove it, answer y.');
}

async function removeData(targets: readonly string[]): Promise<string> {
  const mounted = mountsBelow(targets, readFileSync('/proc/self/mountinfo', 'utf8'));
  if (mounted.length > 0)
    throw new Failure(
      `still mounted: ${mounted.join(', ')}`,
      'Find who uses it (fuser -vm), unmount it, and try again.',
    );
  for (const folder of targets) await execute(['rm', '-rf', '--one-file-system', folder]);
  return targets.length === 0 ? 'there was none' : `removed ${targets.join(', ')}`;
}

/** Mount points in any of the folders; removing through one would remove what is mounted there. */
export function mountsBelow(folders: readonly string[], mountinfo: string): string[] {
  const points = mountinfo.split('\n').flatMap((line) => line.split(' ')[4] ?? []);
  return points.filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)));
}
