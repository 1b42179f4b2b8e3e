import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from '../process.ts';
import type { BuiltLayer } from './layers.ts';
import { home, listFiles } from './tree.ts';

const user = 10001;
const folder = join(home, '.compile-cache');
const entryPoints = ['{services/*,operator}/src/main.ts']; // Jobs load what these load

/**
 * Starts every program on the layers below, as the image's user and traced, which loads all that it loads untraced and much more; `upper`
 * receives what Node writes. They refuse their configuration, with a log level that there is not, when all their modules are loaded and
 * compiled. One for each core at a time, since one that starts later finds compiled what all of them share.
 */
export async function warmCompileCache(lower: readonly BuiltLayer[], upper: string): Promise<void> {
  const programs = (await Promise.all(lower.map(({ tree }) => listFiles(join(tree, home), entryPoints)))).flat();
  await mkdir(join(upper, folder), { recursive: true, mode: 0o755 });
  await chown(join(upper, folder), user, user); // Node makes a folder per uid in it
  try {
    await execute(onLayers(lower, upper, ['sh', '-cu', start, 'start', ...programs]), { timeoutMs: 120_000 });
  } finally {
    await removeMountPoints(upper);
  }
}

const start = `cd /${home}
export LOG_LEVEL=none NODE_COMPILE_CACHE=/${folder}
export TRACES_ENDPOINT=http://127.0.0.1:4318
printf '%s\\n' "$@" | xargs -P "$(nproc)" -I program sh -c \
  'timeout 60 node --import @storefront/kit/tracing program >/dev/null 2>&1 </dev/null || true'`;

/**
 * The command that runs another one on top of the layers as the image's user, with changes going to `upper`. It replaces
 * itself by that command, and its mounts end with it.
 */
export function onLayers(lower: readonly BuiltLayer[], upper: string, command: readonly string[]): string[] {
  const trees = lower.map(({ tree }) => tree).reverse();
  const script = `mkdir -p "$2.work" "$2.root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$2.work" "$2.root"
for each in proc dev; do mount --rbind "/$each" "$2.root/$each"; done
root=$2.root; shift 2
exec chroot --userspec=${user}:${user} "$root" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"`;
  const isolate = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-ceu', script, 'layers'];
  return [...isolate, trees.join(':'), upper, ...command];
}

/** Removes what `onLayers` needed beside `upper`. */
export async function removeMountPoints(upper: string): Promise<void> {
  for (const suffix of ['.work', '.root']) await rm(`${upper}${suffix}`, { recursive: true, force: true });
}
