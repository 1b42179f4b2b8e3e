import { Problem } from '@storefront/kit/errors';
import { ifMatch, reply, route } from '@storefront/kit/http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { serve } from './serve.ts';

const Note = z.strictObject({ id: z.string(), text: z.string(), tags: z.record(z.string(), z.array(z.string())) });
const change = route({
  method: 'PUT',
  path: '/notes/:id',
  summary: 'Changes a note',
  allow: ['anyone'],
  params: { id: z.string().max(20) },
  query: z.looseObject({ limit: z.coerce.number().int().exactOptional() }),
  expects: ifMatch({ optional: true }),
  body: Note.omit({ id: true }),
  response: Note,
  handle: async ({ params, body }) => reply({ id: params.id, ...body }),
});

const header = fc.string({ unit: fc.constantFrom('a', '"', '0', ',', ' ', '{', '/', ';', '=', '-', '*', 'W') });
const anything = fc.record({
  segment: fc.string({ unit: 'binary' }).map(encodeURIComponent),
  query: fc.webQueryParameters(),
  ifMatch: header,
  deadline: fc.oneof(fc.constant('5000'), header),
  body: fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ text: fc.string(), tags: fc.anything() }).map((one) => JSON.stringify(one) ?? ''),
  ),
});

describe('any request', () => {
  it('gets an answer that is ours: what was asked, or a problem document below 500', async () => {
    const { ask } = await serve([change]);
    const property = fc.asyncProperty(anything, async ({ segment, query, ifMatch: version, deadline, body }) => {
      const headers = {
        'content-type': 'application/json',
        'if-match': version.trim(),
        'x-request-deadline-ms': deadline,
      };
      const answer = await ask('PUT', `/notes/${segment}?${query}`, { headers, body });
      // A deadline of nothing has passed when it arrives.
      if (answer.json['code'] === 'deadline-exceeded') return;
      expect(answer.status, answer.text).toBeLessThan(500);
      const schema = answer.status === 200 ? Note : Problem;
      expect(schema.safeParse(answer.json).error?.message, answer.text).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 500 });
  });
});
