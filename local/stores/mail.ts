import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inside, requestInside } from '../network.ts';
import { ports } from '../paths.ts';
import { program } from '../tools/programs.ts';
import { storeServer, type Instance, type StoreServer } from './instance.ts';
import { ensureServer } from './server.ts';

/** Where all mails end: nothing leaves the machine. Its API shows them and lets a test make deliveries fail (`/api/v1/chaos`). */
export const mailServer = (instance: Instance): StoreServer => storeServer(instance, 'mail', 'mailpit');

export async function startMail(instance: Instance): Promise<'started' | 'running'> {
  const server = mailServer(instance);
  const { address } = instance;
  mkdirSync(server.dataDir, { recursive: true, mode: 0o700 });
  const command = [
    program('mailpit'),
    `--smtp=${address}:${ports.mail.smtp}`,
    `--listen=${address}:${ports.mail.http}`,
    `--database=${join(server.dataDir, 'mails.db')}`,
    '--max=5000',
    // There is no DNS server in the namespace, and nobody to tell of a new version.
    '--smtp-disable-rdns',
    '--disable-version-check',
    '--enable-chaos',
    '--quiet',
  ];
  const answers = async () => (await requestInside({ url: `${mailAddress(instance).http}/readyz` })).status === 200;
  return ensureServer(server, {
    command: inside(['env', `--chdir=${server.dataDir}`, ...command]),
    config: '',
    answers,
    withinMs: 20_000,
  });
}

export const mailAddress = ({ address }: Instance) => ({
  smtp: `smtp://${address}:${ports.mail.smtp}`,
  http: `http://${address}:${ports.mail.http}`,
});
