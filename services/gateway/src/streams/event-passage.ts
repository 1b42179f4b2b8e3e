import { Transform, type Readable, type TransformCallback } from 'node:stream';

/** A blank line ends an event (WHATWG HTML 9.2.6); with what may stand for a line's end. */
const eventEnds = ['\n\n', '\r\r', '\r\n\r\n'];
const longestEnd = 4;

/**
 * Server-sent events on their way through, as they come. It ends when its source does; when that is cut off, or `finish` is called, it tells
 * the reader how long to wait before it comes back. An event that is cut in two is dropped by the reader, who asks for it again by
 * `Last-Event-ID`; so nothing may be written after half an event, which would make a whole one of it.
 */
export class EventPassage extends Transform {
  readonly #source: Readable;
  readonly #retryMs: () => number;
  #tail = '';
  #isFinished = false;

  constructor(source: Readable, retryMs: () => number) {
    super();
    this.#source = source;
    this.#retryMs = retryMs;
    const finish = () => this.finish();
    source
      .once('end', () => this.#end())
      .on('error', finish)
      .once('close', finish);
    // The reader is gone, so nobody needs the source.
    this.once('close', () => source.destroy());
    source.pipe(this, { end: false });
  }

  finish(): void {
    if (this.#isFinished) return;
    this.#source.unpipe(this);
    if (this.#isBetweenEvents()) this.write(`retry: ${Math.round(this.#retryMs())}\n\n`);
    this.#end();
  }

  /** Who serves the events has said what there was to say. */
  #end(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.end();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#tail = (this.#tail + chunk.subarray(-longestEnd).toString('latin1')).slice(-longestEnd);
    done(null, chunk);
  }

  #isBetweenEvents(): boolean {
    return this.#tail === '' || eventEnds.some((end) => this.#tail.endsWith(end));
  }
}
