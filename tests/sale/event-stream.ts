import { request } from 'undici';

/** One server-sent event. */
export type ServerEvent = { id: string; event: string; data: string };

export type EventStream = {
  status: number;
  /** All that have come. */
  events: ServerEvent[];
  leave(): void;
};

/** Listens, from after `lastEventId` on. */
export async function listen(
  url: string,
  { token, lastEventId }: { token: string; lastEventId?: string },
): Promise<EventStream> {
  const leaving = new AbortController();
  const { statusCode, body } = await request(url, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
    bodyTimeout: 0,
  });
  const events: ServerEvent[] = [];
  let rest = '';
  body.setEncoding('utf8').on('error', () => undefined);
  body.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.flatMap(toEvent));
  });
  return { status: statusCode, events, leave: () => leaving.abort() };
}

/** A block without data is a heartbeat, or says when to come back. */
function toEvent(block: string): ServerEvent[] {
  const fields = new Map(
    block.split('\n').flatMap((line) => {
      const [name = '', ...value] = line.split(':');
      return name === '' ? [] : [[name, value.join(':').trim()] as const];
    }),
  );
  const data = fields.get('data');
  return data === undefined ? [] : [{ id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data }];
}
