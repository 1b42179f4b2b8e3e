import { testStores } from '@storefront/kit/testing';

/** A mail as the catcher has it; `MessageID` is the same of two copies of one mail. */
export type Mail = { MessageID: string; Subject: string; Text: string; HTML: string };

/** What has arrived at that address, the oldest first. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const api = `${testStores?.mail?.http}/api/v1`;
  const found = await fetch(`${api}/search?query=${encodeURIComponent(`to:"${address}"`)}`);
  const { messages } = (await found.json()) as { messages: { ID: string }[] };
  const read = messages.map(async ({ ID }) => (await fetch(`${api}/message/${ID}`)).json() as Promise<Mail>);
  return (await Promise.all(read)).toReversed();
}
