import { createTransport } from 'nodemailer';
import type { Letter } from './letter.ts';

export type MailTransport = {
  /** `messageId` is the same whenever the same mail is sent again, so that a second copy can be known as one. */
  send(letter: Letter, messageId: string): Promise<void>;
  close(): void;
};

export type SmtpOptions = {
  /** `smtp(s)://host:port`, with `?requireTLS=true` where the server must offer STARTTLS. */
  url: string;
  from: string;
  account?: { username: string; password: string } | undefined;
};

/** The server does not want this mail, whenever it is sent. */
export class RefusedMail extends Error {
  override name = 'RefusedMail';
}

/** Connections are opened when they are needed and kept for a while. */
export function connectSmtp({ url, from, account }: SmtpOptions): MailTransport {
  const { protocol, hostname, port, searchParams } = new URL(url);
  const transport = createTransport({
    pool: true,
    host: hostname,
    port: Number(port),
    secure: protocol === 'smtps:',
    requireTLS: searchParams.get('requireTLS') === 'true',
    maxConnections: 2,
    // Whoever asks for it sends it again, with a pause; a mail that was cut off may have arrived.
    maxRequeues: 0,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 10_000,
    ...(account ? { auth: { user: account.username, pass: account.password } } : {}),
  });
  return {
    async send(letter, messageId) {
      await transport.sendMail({ from, ...letter, messageId: `<${messageId}@${domainOf(from)}>` }).catch(refuse);
    },
    close: () => transport.close(),
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** 5xx of SMTP is final (RFC 5321 4.2.1), unless it is about our login. */
function refuse(error: unknown): never {
  const isFinal = error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500;
  const isOfLogin = error instanceof Error && 'code' in error && error.code === 'EAUTH';
  throw isFinal && !isOfLogin ? new RefusedMail(error.message, { cause: error }) : error;
}
