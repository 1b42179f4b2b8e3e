import type { ClientResponse } from '@storefront/kit/client';
import { unavailable } from '@storefront/kit/errors';
import type { z } from 'zod';

/** What another service answered, checked: anything but the success that was asked for is its fault or ours, and tried again. */
export function answerOf<Schema extends z.ZodType>(response: ClientResponse, schema: Schema): z.output<Schema> {
  if (response.status < 200 || response.status >= 300) throw unexpected(response);
  const answer = schema.safeParse(response.json());
  if (answer.success) return answer.data;
  throw unavailable('upstream-unavailable', 'Another service answered what its contract does not say.', {
    cause: answer.error,
  });
}

export function unexpected(response: ClientResponse): Error {
  const { code, detail } = problemOf(response);
  const cause = new Error(`${response.status} ${code ?? ''} ${detail ?? ''}`);
  return unavailable('upstream-refused', 'Another service did not understand this one.', { cause });
}

type ProblemBody = { code?: string; detail?: string; errors?: { field: string; message: string }[] };

export function problemOf(response: ClientResponse): ProblemBody {
  try {
    return response.json() as ProblemBody;
  } catch {
    return {};
  }
}
