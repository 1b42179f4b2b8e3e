import { randomBytes, randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Reads a secret; makes it the first time. Only its owner may read the file, and it never changes afterwards. */
export function secretOnce(file: string, make: () => string = password): string {
  if (!existsSync(file)) writePrivate(file, make());
  return readFileSync(file, 'utf8');
}

/** Letters and digits only, so that it needs no quoting in a URL, in SQL or in a config file. */
export function password(): string {
  return randomBytes(24).toString('hex');
}

/** Consul's tokens are UUIDs. */
export const token = (): string => randomUUID();

/** A gossip key of Consul: 32 bytes. */
export const gossipKey = (): string => randomBytes(32).toString('base64');

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivate(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The same for a server that runs as another user: the file belongs to whom its folder belongs to. */
export function writeOwned(file: string, content: string): void {
  writePrivate(file, content);
  const { uid, gid } = statSync(dirname(file));
  chownSync(file, uid, gid);
}
