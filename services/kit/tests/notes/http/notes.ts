import type { Client } from '@storefront/kit/client';
import { notFound } from '@storefront/kit/errors';
import { reply, route, type Route } from '@storefront/kit/http';
import type { Mongo } from '@storefront/kit/mongo';
import type { Redis } from 'ioredis';
import { z } from 'zod';

const Note = z.strictObject({ id: z.string(), text: z.string(), reads: z.int() }).meta({ id: 'Note' });
const shared = { method: 'GET', allow: ['anyone'], response: Note } as const;

export type Deps = { mongo: Mongo; cache: Redis; notes: Client };

/** The service's own work: a note out of Mongo, how often it was read out of Redis, and the same asked of a service. */
export const noteRoutes = ({ mongo, cache, notes }: Deps): Route[] => [
  route({
    ...shared,
    path: '/notes/:id',
    summary: 'One note',
    async handle({ params }) {
      const note = await mongo.db.collection<{ _id: string; text: string }>('notes').findOne({ _id: params.id });
      if (!note) throw notFound('note', params.id);
      return reply({ id: note._id, text: note.text, reads: await cache.incr(`reads:${note._id}`) });
    },
  }),
  route({
    ...shared,
    path: '/copies/:id',
    summary: 'A note, asked of the service itself',
    async handle({ params }) {
      const answer = await notes.request({ method: 'GET', path: `/notes/${encodeURIComponent(params.id)}` });
      if (answer.status === 404) throw notFound('note', params.id);
      return reply(Note.parse(answer.json()));
    },
  }),
];
