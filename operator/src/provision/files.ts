import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Login = { username: string; password: string };

/** A mounted Secret's key, without the line feed that people's editors add. */
export function readSecret(file: string): string {
  const text = readFileSync(file, 'utf8').trimEnd();
  if (text === '') throw new Error(`${file} is empty: the Secret that is mounted there lacks this key`);
  return text;
}

export const readLogin = (folder: string): Login => ({
  username: readSecret(join(folder, 'username')),
  password: readSecret(join(folder, 'password')),
});

export const readAccount = ({ usernameFile, passwordFile }: { usernameFile: string; passwordFile: string }): Login => ({
  username: readSecret(usernameFile),
  password: readSecret(passwordFile),
});

export const readCa = (caFile: string | undefined): { ca: string } | undefined =>
  caFile ? { ca: readFileSync(caFile, 'utf8') } : undefined;
