import { createHash } from 'node:crypto';
import type { ServiceContext } from '@storefront/kit/http';

/** An answer as it is kept and sent again: bytes, not strings, so that it stays out of the JavaScript heap. */
export type Answer = { status: number; body: Buffer; etag: string; headers: Readonly<Record<string, string>> };

export function answerOf(status: number, text: string, headers: Record<string, string>): Answer {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { status, body, etag, headers };
}

/** Sends it, or 304 when the browser has it. A proxy that compresses makes our tag weak: `W/` is let pass. */
export function send(ctx: ServiceContext, answer: Answer): void {
  ctx.set(answer.headers);
  if (answer.status === 200) {
    ctx.set('etag', answer.etag);
    const known = ctx.req.headers['if-none-match'];
    if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === answer.etag)) {
      ctx.status = 304;
      return;
    }
  }
  ctx.status = answer.status;
  ctx.body = answer.body;
}
