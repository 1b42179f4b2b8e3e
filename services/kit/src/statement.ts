/**
 * What a service says to others in writing, by way of whoever: signed JSON that they believe without asking. Only the signer can make
 * one, and who reads it needs nothing but the signer's public half.
 */
import type { z } from 'zod';
import { createJwsSigner, readJws, type Jws } from './caller/jws.ts';
import { readKeyOf, readOwnKey } from './caller/keys.ts';
import { compiled } from './compiled.ts';

/**
 * `sign(content)` → the text, by the service's own key (`own.private.jwk` of the folder). `type` says what it is good for: it is no caller
 * token, and no statement of another type. Throws at once where the key is not there.
 */
export function createStatementSigner(options: {
  callerDir: string;
  service: string;
  type: string;
}): (content: object) => string {
  const { callerDir, service, type } = options;
  return createJwsSigner({ key: readOwnKey(callerDir), kid: service, typ: type });
}

/**
 * `read(text)` → the content; undefined unless that service has signed it as that type. `keyFile` is the service's public half. When it was
 * signed, and until when it is good, is for the content to say. Throws at once where the key is not there.
 */
export function createStatementReader<Schema extends z.ZodType>(options: {
  keyFile: string;
  signer: string;
  type: string;
  schema: Schema;
}): (text: string) => z.output<Schema> | undefined {
  const { keyFile, signer, type, schema } = options;
  const key = readKeyOf(signer, keyFile);
  return function read(text) {
    const payload = attempt(() => signedBy(signer, readJws(text, { typ: type })).payload(key));
    const content = compiled(schema).safeParse(payload);
    return content.success ? content.data : undefined;
  };
}

function signedBy(signer: string, jws: Jws): Jws {
  if (jws.kid !== signer) throw new Error(`The statement is not of ${signer}.`);
  return jws;
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
