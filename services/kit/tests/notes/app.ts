import type { Client } from '@storefront/kit/client';
import { notFound } from '@storefront/kit/errors';
import { createService, reply, route, type ServiceOptions } from '@storefront/kit/http';
import type { Mongo } from '@storefront/kit/mongo';
import type { Redis } from 'ioredis';
import { z } from 'zod';

const Note = z.strictObject({ id: z.string(), text: z.string(), reads: z.int() }).meta({ id: 'Note' });

type Deps = Pick<ServiceOptions, 'config' | 'log'> & { mongo: Mongo; cache: Redis; notes: Client };

/** A service of its own, small as can be: what stands here is all that is needed before its own work. */
export function createNotes({ mongo, cache, notes, ...common }: Deps) {
  const routes = [
    route({
      method: 'GET',
      path: '/notes/:id',
      summary: 'One note',
      allow: ['anyone'],
      response: Note,
      async handle({ params }) {
        const note = await mongo.db.collection<{ _id: string; text: string }>('notes').findOne({ _id: params.id });
        if (!note) throw notFound('note', params.id);
        return reply({ id: note._id, text: note.text, reads: await cache.incr(`reads:${note._id}`) });
      },
    }),
    route({
      method: 'GET',
      path: '/copies/:id',
      summary: 'A note, asked of the service itself',
      allow: ['anyone'],
      response: Note,
      async handle({ params }) {
        const answer = await notes.request({ method: 'GET', path: `/notes/${encodeURIComponent(params.id)}` });
        if (answer.status === 404) throw notFound('note', params.id);
        return reply(Note.parse(answer.json()));
      },
    }),
  ];
  const connections = [notes, mongo, { close: () => cache.quit() }];
  return createService({ ...common, name: 'notes', routes, connections });
}
