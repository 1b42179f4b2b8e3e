import { readFileSync } from 'node:fs';
import type * as Pg from 'pg';

type Tls = NonNullable<Pg.ClientConfig['ssl']>;

/**
 * What `sslmode` of a URL asks for. `verify-full`: encrypted, by a server that proves its name, by the authority in `caFile` or, without
 * one, by those that Node knows. `require`: encrypted; with a `caFile` its authority must vouch for the server, whatever its name, as with
 * `verify-ca` (libpq). `no-verify`: encrypted, by whomever (node-postgres). `disable`: not. Without a mode a `caFile` means
 * `verify-full`. Source: https://www.postgresql.org/docs/18/libpq-ssl.html
 */
export function tlsOf(url: URL, caFile: string | undefined): Tls | false {
  const mode = url.searchParams.get('sslmode') ?? (caFile === undefined ? 'disable' : 'verify-full');
  const authority = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') };
  switch (mode) {
    case 'disable':
      return false;
    case 'no-verify':
      return { rejectUnauthorized: false };
    case 'require':
      return caFile === undefined ? { rejectUnauthorized: false } : { ...authority, ...ofAnyName };
    case 'verify-ca':
      return { ...authority, ...ofAnyName };
    case 'verify-full':
      return { ...authority, rejectUnauthorized: true };
    default:
      // `prefer` and `allow` would speak in the clear with whoever says that it must be so.
      throw new Error(`sslmode=${mode} is not supported: use disable, require, verify-ca or verify-full`);
  }
}

const ofAnyName = { rejectUnauthorized: true, checkServerIdentity: () => undefined };
