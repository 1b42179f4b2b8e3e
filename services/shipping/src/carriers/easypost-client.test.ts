import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEasyPostCarrier } from './easypost-carrier.ts';

describe('calls of EasyPost', () => {
  let server: Server;
  let connections: Socket[];
  beforeEach(async () => {
    connections = [];
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ id: request.url?.split('/').at(-1) }));
      });
    });
    server.on('connection', (socket: Socket) => connections.push(socket));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = () => {
    const { port } = server.address() as AddressInfo;
    const from = { name: 'A', line1: 'B 1', postcode: '1', city: 'C', country: 'DE' };
    const account = { apiKey: 'k', webhookSecret: 's', url: `http://127.0.0.1:${port}` };
    return createEasyPostCarrier({ name: 'easypost', from, ...account });
  };

  it('share a connection, and make another when the server has closed it', async () => {
    const carrier = open();
    for (const id of ['shp_1', 'shp_2', 'shp_3']) expect(await carrier.find(id)).toMatchObject({ carrierId: id });
    expect(connections).toHaveLength(1);
    const closed = once(connections[0] as Socket, 'close');
    connections[0]?.end();
    await closed;
    expect(await carrier.find('shp_4')).toMatchObject({ carrierId: 'shp_4' });
    expect(connections).toHaveLength(2);
  });

  it('do not wait for each other', async () => {
    const carrier = open();
    await Promise.all(['shp_1', 'shp_2'].map((id) => carrier.find(id)));
    expect(connections).toHaveLength(2);
  });
});
