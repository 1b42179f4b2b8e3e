/** Started by requests.ts: one service of kit, or a bare Koa app, that tells its CPU time when asked. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createService, reply, route } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { testConfig } from '@storefront/kit/testing';
import Koa from 'koa';
import { z } from 'zod';

const Note = z.strictObject({ id: z.string(), text: z.string(), tags: z.array(z.string()), version: z.int() });
const shared = { path: '/notes/:id', allow: ['anyone'], params: { id: z.string().max(20) }, response: Note } as const;
const query = z.strictObject({ limit: z.coerce.number().int().max(100).exactOptional() });
const routes = [
  route({
    ...shared,
    method: 'GET',
    summary: 'One note',
    query,
    cache: { maxAge: '30s' },
    handle: async ({ params }) => reply({ id: params.id, text: 'a note', tags: ['a', 'b'], version: 3 }, { etag: 3 }),
  }),
  route({
    ...shared,
    method: 'POST',
    summary: 'Changes a note',
    query,
    body: z.strictObject({ text: z.string(), tags: z.array(z.string()) }),
    handle: async ({ params, body }) => reply({ id: params.id, version: 4, ...body }, { etag: 4 }),
  }),
];

process.on('message', (asked) => {
  if (asked === 'cpu') process.send?.({ cpuMs: cpuMs() });
  else void start(asked === 'koa').then((url) => process.send?.({ url }));
});

async function start(isBare: boolean): Promise<string> {
  if (!isBare) {
    const log = createLog({ service: 'bench', level: 'info' });
    return (await createService({ name: 'bench', config: testConfig('bench'), log, routes }).start()).url;
  }
  const app = new Koa().use((ctx) => (ctx.body = { id: 'one', text: 'a note', tags: ['a', 'b'], version: 3 }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
