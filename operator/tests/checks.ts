/** Programs that check manifests and configurations: from PATH, or where `make up` keeps what it builds. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'storefront');

export function findProgram(name: string): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return [...onPath, ...globSync(join(cache, '*', name))].find((file) => existsSync(file));
}

/** `usr/sbin/nginx` of a Debian root file system, started by its own loader: no root, no chroot. */
export function findInRoot(program: string): string[] | undefined {
  const [root] = globSync(join(cache, 'rootfs-*')).filter((folder) => existsSync(join(folder, program)));
  if (!root) return undefined;
  const loader = globSync(join(root, 'usr/lib/*/ld-linux-*.so.*'))[0];
  return loader ? [loader, '--library-path', join(loader, '..'), join(root, program)] : undefined;
}

export const kubeconfig = process.env['STOREFRONT_TEST_KUBECONFIG'];

/** Empty, or the reason to put into the name of a suite that cannot run. */
export function missing(wanted: Readonly<Record<string, unknown>>): string {
  const absent = Object.entries(wanted).flatMap(([name, found]) => (found ? [] : [name]));
  return absent.length === 0 ? '' : ` (skipped: no ${absent.join(', no ')}; run make test)`;
}

/** Output of a program; its complaints become the error's message. */
export function run(program: string, options: readonly string[], input?: string): string {
  try {
    return execFileSync(program, options, { encoding: 'utf8', input: input ?? '', maxBuffer: 2 ** 26, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${options.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
