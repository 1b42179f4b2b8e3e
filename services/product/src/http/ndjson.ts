import type { Readable } from 'node:stream';

export type Line = { number: number; text: string } | { number: number; problem: string };

const longestLine = 512 * 1024;
const newline = 0x0a;

/**
 * The lines of a stream as they come, numbered from 1; empty ones are counted and left out. A line that is too long or not
 * UTF-8 is a problem of its own, and the next one is read all the same. Reads no further than it is asked to.
 */
export async function* linesOf(stream: Readable): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const take = (): Line | undefined => {
    number += 1;
    const line = lineOf(number, parts, length);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      length += end - start;
      if (length <= longestLine) parts.push(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (line) yield line;
    }
    length += chunk.length - start;
    if (length <= longestLine) parts.push(chunk.subarray(start));
    else parts = [];
  }
  const last = length > 0 ? take() : undefined;
  if (last) yield last;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function lineOf(number: number, parts: Buffer[], length: number): Line | undefined {
  if (length > longestLine) return { number, problem: `is longer than ${longestLine} bytes` };
  try {
    const text = decoder.decode(Buffer.concat(parts)).trim();
    return text === '' ? undefined : { number, text };
  } catch {
    return { number, problem: 'is not UTF-8' };
  }
}
