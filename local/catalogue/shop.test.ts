import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createShop } from './shop.ts';

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = { status: number; body?: string };

/** A server that answers as told, in order, and remembers what it was asked. */
async function answering(...answers: Answer[]) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, body = '' } = answers.shift() ?? { status: 500 };
    response.writeHead(status, { 'content-type': 'application/x-ndjson' }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server!.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { shop: createShop({ url, token: 'merchant' }), asked };
}

const picture = { sha256: 'b'.repeat(64), bytes: Buffer.from('webp') };

describe('filling a shop', () => {
  it('does not send a picture that hangs already', async () => {
    const { shop, asked } = await answering({ status: 200 });

    await shop.hang(picture);

    expect(asked).toEqual([`HEAD /media/${picture.sha256}/160`]);
  });

  it('sends a picture that is missing', async () => {
    const { shop, asked } = await answering({ status: 404 }, { status: 201 });

    await shop.hang(picture);

    expect(asked).toEqual([`HEAD /media/${picture.sha256}/160`, 'POST /api/media']);
  });

  it('tries again while a store of the shop is away', async () => {
    const report = '{"line":1,"outcome":"created","id":"mugs"}\n';
    const { shop, asked } = await answering({ status: 503 }, { status: 200, body: report });

    const reports = await shop.import([{ kind: 'category', slug: 'mugs', name: 'Mugs', parent: null, position: 0 }]);

    expect(reports).toEqual([{ line: 1, outcome: 'created', id: 'mugs' }]);
    expect(asked).toHaveLength(2);
  });

  it('says which option to look at when the token is wrong', async () => {
    const { shop } = await answering({ status: 401 });

    await expect(shop.import([])).rejects.toThrow('--token-file');
  });
});
