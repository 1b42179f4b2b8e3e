import type { IncomingMessage } from 'node:http';
import { invalid, ServiceError } from '@storefront/kit/errors';

const limitBytes = 64 * 1024;
const timeoutMs = 10_000;

/** What a form sent: at most 64 KiB in 10 s, as browsers encode it. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new ServiceError('invalid', 'unsupported-media-type', 'Send a form.', { status: 415 });
  return new URLSearchParams((await collect(request)).toString('utf8'));
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(invalid('body-too-slow', 'The form did not arrive in time.')), timeoutMs);
    const settle = (error?: ServiceError) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', settle).off('close', onClose);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes)
        settle(new ServiceError('invalid', 'body-too-large', 'The form is too large.', { status: 413 }));
      else chunks.push(chunk);
    };
    const onClose = () => settle(invalid('body-cut-short', 'The form was cut short.'));
    request.on('data', onData).once('end', settle).once('close', onClose);
  });
}
