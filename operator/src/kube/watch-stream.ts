/** A watch as it comes over the wire: JSON lines, cut anywhere, for minutes, and sometimes silent for ever. */
import { request } from 'undici';
import { ClusterError } from '../cluster.ts';
import type { Manifest, WatchEvent } from '../cluster.ts';
import { observed, queryOf, statusError } from './call.ts';
import type { Call, Observation } from './call.ts';
import type { Connection } from './connection.ts';

export type WatchStreamOptions = {
  onCall?: (observation: Observation) => void;
  /** No byte for so long means that the connection is dead; bookmarks come about once a minute. */
  idleMs: number;
};

type Line = { type: WatchEvent['type'] | 'ERROR'; object: Manifest & { code?: number } };

/** Ends when the server ends the stream; throws `ClusterError` for its errors, for silence (`Silent`) and for a lost connection. */
export async function* watchStream(
  connection: Connection,
  call: Call,
  options: WatchStreamOptions,
): AsyncGenerator<WatchEvent> {
  const silence = new AbortController();
  const watchdog = setTimeout(() => silence.abort(), options.idleMs);
  const what = `watch ${call.path}`;
  try {
    const body = await open(connection, call, { silence: silence.signal, onCall: options.onCall });
    for await (const line of lines(body, () => watchdog.refresh())) yield eventOf(what, line);
  } catch (cause) {
    if (cause instanceof ClusterError) throw cause;
    const reason = silence.signal.aborted ? 'Silent' : 'NoAnswer';
    throw new ClusterError(`${what}: ${reason === 'Silent' ? `no byte for ${options.idleMs} ms` : String(cause)}`, {
      status: 0,
      reason,
      cause,
    });
  } finally {
    clearTimeout(watchdog);
    silence.abort();
  }
}

type Opening = { silence: AbortSignal; onCall: WatchStreamOptions['onCall'] };

async function open(
  connection: Connection,
  call: Call,
  { silence, onCall }: Opening,
): Promise<AsyncIterable<Uint8Array>> {
  const began = performance.now();
  const route = await connection.route();
  const note = (status: number) =>
    onCall?.({
      ...observed(call),
      status,
      seconds: (performance.now() - began) / 1000,
      host: new URL(route.server).host,
    });
  try {
    const { statusCode, body } = await request(`${route.server}${call.path}${queryOf(call.query)}`, {
      dispatcher: route.watches,
      headers: { accept: 'application/json', ...route.headers, ...call.headers },
      signal: call.signal === undefined ? silence : AbortSignal.any([silence, call.signal]),
    });
    note(statusCode);
    if (statusCode !== 200) throw statusError(`watch ${call.path}`, statusCode, await body.text());
    return body;
  } catch (error) {
    if (!(error instanceof ClusterError)) note(0);
    throw error;
  }
}

/** Whole lines from chunks; a chunk may end inside a line or inside a character. */
async function* lines(chunks: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of chunks) {
    onChunk();
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = pieces.join('') + part;
      pieces = [];
      if (line !== '') yield line;
    }
    if (rest !== '') pieces.push(rest);
  }
}

function eventOf(what: string, line: string): WatchEvent {
  const { type, object } = JSON.parse(line) as Line;
  if (type === 'ERROR') throw statusError(what, object.code ?? 500, JSON.stringify(object));
  return { type, object };
}
