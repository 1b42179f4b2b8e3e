import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import type { RootFileSystem } from './pins.ts';

export type Guest = {
  user: string;
  /** Folders of the host as the program sees them: `{ '/srv/postgres': '/…/.local/stores/shop/postgres' }`. */
  folders?: Readonly<Record<string, string>>;
};

/** The command that runs a program of a root file system as a normal child process: same network, same pid. */
export function inRoot(rootfs: RootFileSystem, guest: Guest, command: readonly string[]): string[] {
  const binds = Object.entries(guest.folders ?? {}).flatMap(([inGuest, onHost]) => [onHost, inGuest]);
  const script = join(import.meta.dirname, 'inroot.sh');
  const isolate = ['unshare', '--mount', '--propagation', 'private', '--'];
  return [...isolate, 'sh', script, paths.rootfs(rootfs), guest.user, ...binds, '--', ...command];
}

/** Makes a folder that a user of the root file system may write; the host may know that uid by another name. */
export function makeFolderFor(rootfs: RootFileSystem, user: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, gid } = findUser(readFileSync(join(paths.rootfs(rootfs), 'etc/passwd'), 'utf8'), user);
  chownSync(folder, uid, gid);
}

export function findUser(passwd: string, user: string): { uid: number; gid: number } {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === user);
  if (!fields) throw new Error(`no user ${user} in the root file system`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}
