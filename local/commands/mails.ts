import type { Options } from '../command.ts';
import { requestInside } from '../network.ts';
import { Failure } from '../steps.ts';
import { storeInstance } from '../stores/instance.ts';
import { mailAddress } from '../stores/mail.ts';

const shown = 5;

type Address = { Name: string; Address: string };
export type Mail = { ID: string; Date: string; From: Address; To: Address[]; Subject: string; Text: string };

/** The newest mails of the shop, the newest last, as they would be read without pictures. */
export async function run(_options: Options): Promise<void> {
  const { messages } = await ask<{ messages: { ID: string }[] }>(`messages?limit=${shown}`);
  const mails = await Promise.all(messages.toReversed().map(({ ID }) => ask<Mail>(`message/${ID}`)));
  console.log(mails.length === 0 ? 'No mail yet.' : mails.map(formatMail).join('\n\n'));
}

export function formatMail({ Date, From, To, Subject, Text }: Mail): string {
  const head = [`Date: ${Date}`, `From: ${format(From)}`, `To: ${To.map(format).join(', ')}`, `Subject: ${Subject}`];
  return `${head.join('\n')}\n\n${Text.trimEnd().replaceAll('\r\n', '\n')}`;
}

const format = ({ Name, Address }: Address): string => (Name ? `${Name} <${Address}>` : Address);

async function ask<Answer>(path: string): Promise<Answer> {
  const { status, body } = await requestInside({ url: `${mailAddress(storeInstance('shop')).http}/api/v1/${path}` });
  if (status !== 200) throw new Failure('the mail catcher does not answer.', 'Start it with the shop: make up');
  return JSON.parse(body) as Answer;
}
