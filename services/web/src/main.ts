import { createClient } from '@storefront/kit/client';
import { readConfig } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { onShutdown } from '@storefront/kit/shutdown';
import { createWeb } from './app.ts';
import { Config } from './config.ts';
import { readBuild } from './http/assets.ts';
import type { Render } from './http/publisher.ts';

const config = readConfig(Config);
const log = createLog({ service: 'web', level: config.logLevel, scope: config.scope, release: config.release });
const dist = new URL('../dist/', import.meta.url);
const { render } = (await import(new URL('server/render.js', dist).href)) as { render: Render };

const web = createWeb({
  config,
  log,
  gateway: createClient({ name: 'gateway', baseUrl: config.gatewayUrl }),
  gatewayStreams: createClient({ name: 'gateway', baseUrl: config.gatewayUrl, connections: 1000 }),
  render,
  build: readBuild(new URL('client', dist).pathname),
});
await web.start();
onShutdown(() => web.stop(), { grace: config.shutdownGrace, log });
