import type { Readable } from 'node:stream';
import { createClient, type ClientRequest } from '@storefront/kit/client';
import { mediaUnavailable } from '../domain/errors.ts';
import { largestImageBytes, type MediaStore } from '../domain/media.ts';
import type { Identity } from './google-identity.ts';
import { Refusal, retried, type Patience } from './retries.ts';

export type BucketOptions = {
  bucket: string;
  /** Where the API is; Google's unless given. */
  endpoint?: string | undefined;
  /** Without one nobody is told who asks. */
  identity?: Identity | undefined;
};

type Answer = { status: number; body: Buffer };

const reading: Patience = { whole: '9s', each: '4s' };
const writing: Patience = { whole: '45s', each: '20s' };
/** Worth another try: a token that ran out, a request that took too long, too many requests. */
const passing = new Set([401, 408, 429]);

/**
 * Objects of a Google Cloud Storage bucket, by its JSON API
 * (https://cloud.google.com/storage/docs/json_api/v1/objects). An object is created only where there is none, so whoever writes a key
 * once more, or after an answer that was lost, changes nothing.
 */
export function bucketMediaStore(options: BucketOptions): MediaStore {
  const { bucket } = options;
  const { ask, close } = connect(options);
  const objects = `b/${encodeURIComponent(bucket)}/o`;
  let isKnown = false;

  /** A missing object and a missing bucket look the same: the latter must not make every image one that never was. */
  async function isThere(signal: AbortSignal): Promise<boolean> {
    if (isKnown) return true;
    const list = { method: 'GET', path: `/storage/v1/${objects}`, query: { maxResults: 1, fields: 'kind' } } as const;
    const { status } = await ask(list, signal);
    isKnown = status === 200;
    return isKnown;
  }

  return {
    async read(key) {
      const path = `/storage/v1/${objects}/${encodeURIComponent(key)}`;
      return retried(reading, async (signal) => {
        const answer = await ask({ method: 'GET', path, query: { alt: 'media' } }, signal);
        if (answer.status === 200) return answer.body;
        if (answer.status === 404 && (await isThere(signal))) return undefined;
        throw refusal(bucket, answer);
      }).catch(unavailable);
    },
    async write(key, bytes) {
      const query = { uploadType: 'media', name: key, ifGenerationMatch: 0, fields: 'generation' };
      const headers = { 'content-type': key.endsWith('.webp') ? 'image/webp' : 'application/octet-stream' };
      const request = { method: 'POST', path: `/upload/storage/v1/${objects}`, query, headers, body: bytes } as const;
      await retried(writing, async (signal) => {
        const answer = await ask(request, signal);
        const isKept = answer.status === 200 || answer.status === 412;
        if (!isKept) throw refusal(bucket, answer);
      }).catch(unavailable);
    },
    close,
  };
}

type Ask = (request: ClientRequest, signal: AbortSignal) => Promise<Answer>;

/** Throws, for another try, what is only passing. */
function connect({ bucket, endpoint = 'https://storage.googleapis.com', identity }: BucketOptions) {
  const client = createClient({ name: 'media', baseUrl: endpoint, timeout: '60s' });
  const ask: Ask = async (request, signal) => {
    const authorization = identity ? { authorization: `Bearer ${await identity.token(signal)}` } : {};
    const headers = { ...request.headers, ...authorization };
    const { status, body } = await client.stream({ ...request, headers, caller: null, signal });
    const answer = { status, body: await bytesOf(body) };
    if (status === 401) identity?.renew();
    if (passing.has(status)) throw new Error(`${request.method} of the bucket "${bucket}" was answered ${status}`);
    return answer;
  };
  return { ask, close: () => client.close() };
}

/** No more than an image has: whoever else put something into the bucket cannot fill the process with it. */
async function bytesOf(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestImageBytes) throw new Refusal(`an object has more than ${largestImageBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function refusal(bucket: string, { status, body }: Answer): Refusal {
  const why = body.toString('utf8', 0, 500).replaceAll(/\s+/g, ' ');
  return new Refusal(
    `The bucket "${bucket}" answered ${status}: is it there, and may the service's account use its objects? ${why}`,
  );
}

function unavailable(cause: unknown): never {
  throw mediaUnavailable(cause);
}
