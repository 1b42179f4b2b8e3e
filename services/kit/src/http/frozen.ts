import type { z } from 'zod';
import { compiled } from '../compiled.ts';
import type { ServiceError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { headersOf, problemOf } from './problem.ts';

/** An answer as it is sent, and sent again to whoever repeats the request: the same bytes. */
export type FrozenAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

const json = { 'content-type': 'application/json; charset=utf-8' };

/** Checked by the route's response schema, as every answer is. A stream cannot be kept. */
export function freeze(answer: Answer, response: z.ZodType | undefined): FrozenAnswer {
  switch (answer.kind) {
    case 'reply': {
      const text = JSON.stringify(response ? compiled(response).parse(answer.body) : answer.body);
      const etag = answer.etag === undefined ? {} : { etag: answer.etag };
      return { status: answer.status, headers: { ...answer.headers, ...json, ...etag }, text };
    }
    case 'json':
      return { status: answer.status, headers: { ...answer.headers, ...json }, text: answer.text };
    case 'empty':
      return { status: answer.status, headers: { ...answer.headers }, text: '' };
    case 'frozen':
      return answer;
    case 'stream':
      throw new TypeError('an answer that is streamed cannot be sent again');
  }
}

/** The problem document of a refusal, with the id of the request that was refused first. */
export function freezeProblem(error: ServiceError, requestId: string): FrozenAnswer {
  return { status: error.status, headers: headersOf(error), text: JSON.stringify(problemOf(error, requestId)) };
}
