import type { IncomingMessage } from 'node:http';

import { invalid, ServiceError } from '@storefront/kit/errors';
import { bodyLimitBytes } from '@storefront/kit/http';

const timeoutMs = 10_000;

/** A body that is small enough to be passed on in one piece: its bytes as they came. */
export function readWhole(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(tooSlow()), timeoutMs);
    const settle = (error?: ServiceError) => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', cut);
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimitBytes) settle(tooLarge());
      else chunks.push(chunk);
    };
    const finish = () => settle();
    const cut = () => settle(invalid('body-cut-short', 'The connection was closed before the body was complete.'));
    request.on('data', take).once('end', finish).once('close', cut);
  });
}

function tooLarge(): ServiceError {
  return new ServiceError('invalid', 'body-too-large', `The body is larger than ${bodyLimitBytes} bytes.`, {
    status: 413,
    fields: [{ field: 'body', message: `must be at most ${bodyLimitBytes} bytes` }],
  });
}

function tooSlow(): ServiceError {
  return new ServiceError('invalid', 'body-too-slow', 'The body did not arrive in time.', { status: 408 });
}
