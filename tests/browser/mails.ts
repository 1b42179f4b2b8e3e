import { request } from 'undici';

export type Mail = { ID: string; Subject: string; Text: string };

/** All mails to an address, by Mailpit's API; the newest first. */
export async function mailsTo(api: string, address: string): Promise<Mail[]> {
  const query = new URLSearchParams({ query: `to:"${address}"` });
  const { messages } = await read<{ messages: { ID: string }[] }>(`${api}/search?${query.toString()}`);
  return Promise.all(messages.map(({ ID }) => read<Mail>(`${api}/message/${ID}`)));
}

async function read<Answer>(url: string): Promise<Answer> {
  const { statusCode, body } = await request(url);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${text}`);
  return JSON.parse(text) as Answer;
}
