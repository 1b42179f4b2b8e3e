/** Web as it runs, in front of the peer; with an edge before both when a browser looks at it. */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { testConfig } from '@storefront/kit/testing';
import { createWeb, type Deps } from '../../src/app.ts';
import { render } from '../../src/components/render.tsx';
import { startGatewayPeer, type GatewayPeer } from './gateway-peer.ts';

export type Shop = {
  url: string;
  peer: GatewayPeer;
  /** All that web has logged so far. */
  logged(): string;
  stopWeb(): Promise<void>;
  stop(): Promise<void>;
};

const noBuild: Deps['build'] = {
  assets: { script: '/assets/main.js', style: '/assets/main.css', fonts: ['/assets/text.woff2'] },
  files: new Map(),
};

type Changes = { now?: () => number; cacheBytes?: number; build?: Deps['build']; scope?: string; publicUrl?: string };

export async function openShop({ now, cacheBytes, build = noBuild, ...changes }: Changes = {}): Promise<Shop> {
  const peer = await startGatewayPeer();
  const lines: string[] = [];
  const web = createWeb({
    config: {
      ...testConfig('web', { scope: 'acme-3f9c2e', publicUrl: 'https://shop.example', ...changes }),
      gatewayUrl: peer.url,
    },
    log: createLog({ service: 'web', level: 'info', destination: { write: (line) => void lines.push(line) } }),
    gateway: createClient({ name: 'gateway', baseUrl: peer.url }),
    gatewayStreams: createClient({ name: 'gateway', baseUrl: peer.url }),
    render,
    build,
    ...(cacheBytes !== undefined && { cacheBytes }),
    ...(now && { now }),
  });
  const { url } = await web.start();
  let stopped: Promise<void> | undefined;
  const stopWeb = () => (stopped ??= web.stop());
  return {
    url,
    peer,
    logged: () => lines.join(''),
    stopWeb,
    stop: async () => {
      await stopWeb();
      await peer.close();
    },
  };
}

/** What the edge does with a path: the API and pictures go to the gateway, the rest to web. */
export async function openEdge(shop: Shop, port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const target = /^\/(api|media)\//.test(path) ? shop.peer.url : shop.url;
    const forwarded = httpRequest(target + path, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.writeHead(502).end());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
