import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storefront } from '@storefront/crds';
import { fleet } from '@storefront/operator/fleet';
import { render } from '@storefront/operator/render';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { paths } from '../paths.ts';
import { execute, type ProgramError } from '../process.ts';
import { onLayers, removeMountPoints } from './compile-cache.ts';
import { buildImage, type FleetImage } from './image.ts';
import { packed } from './packing.ts';

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

type Deployment = { spec: { template: { spec: { containers: { command: string[] }[] } } } };

const workspaces = [...Object.keys(fleet).map((name) => `services/${name}`), 'operator'];

/** The commands of the app containers, as the operator renders them. */
async function appCommands(): Promise<string[]> {
  const sample = Storefront.parse(parse(await readFile(join(paths.checkout, 'crds/samples/local.yaml'), 'utf8')));
  const deployments = render(sample, fleet, {}).filter(({ kind }) => kind === 'Deployment');
  return deployments.map(({ spec }) => (spec as Deployment['spec']).template.spec.containers[0]!.command.join(' '));
}

const webEnvironment = (port: number): string =>
  [
    `SERVICE=web SCOPE=test HOST=127.0.0.1 PORT=${port} PUBLIC_URL=http://127.0.0.1:${port} LOG_LEVEL=warn`,
    'LOCALE=en-GB TIME_ZONE=Europe/Berlin CURRENCIES=EUR COUNTRIES=DE GATEWAY_URL=http://127.0.0.1:9100',
  ].join(' ');

/** Preloaded, it writes the address of each module that is loaded after it. */
const listModules = `import { writeSync } from "node:fs";
import { registerHooks } from "node:module";
registerHooks({ load: (url, context, next) => (writeSync(1, url + "\\n"), next(url, context)) });`;

/** Root mounts the layers; they are made of Debian's packages and of programs built from Go modules. */
const reason = process.env['STOREFRONT_TEST_IMAGE'] ? '' : ' (needs the layers: make test)';

describe.skipIf(reason !== '')(`the image's tree${reason}`, () => {
  let image: FleetImage;
  let upper: string;

  beforeAll(async () => {
    image = await buildImage();
    upper = await mkdtemp(join(tmpdir(), 'storefront-tree-'));
    await chmod(upper, 0o755); // it becomes the root folder
  }, 120_000);
  afterAll(async () => {
    await removeMountPoints(upper);
    await rm(upper, { recursive: true, force: true });
  });

  const inImage = (script: string) =>
    execute(onLayers(image.layers, upper, ['sh', '-cu', `cd /srv/storefront; ${script}`]));

  it('is the same image when it is built again', async () => {
    expect((await buildImage()).reference).toBe(image.reference);
  });

  it('has the programs of a pod on its path', async () => {
    expect(await inImage('node --version; consul version; nginx -v 2>&1')).toMatch(
      /v24\.[^]*Consul v1\.[^]*nginx\/1\./,
    );
  });

  it.each(workspaces)('starts %s', async (workspace) => {
    const start = inImage(`LOG_LEVEL=none node --import @storefront/kit/tracing ${workspace}/src/main.ts`);
    const error = await start.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    // Every module was found and stripped of its types; only the configuration is refused.
    expect((error as ProgramError).output).toContain('LOG_LEVEL');
  });

  it.each(workspaces)('finds what was packed when it starts %s', async (workspace) => {
    const hook = `--import 'data:text/javascript,${encodeURIComponent(listModules)}'`;
    const start = `node ${hook} --import @storefront/kit/tracing ${workspace}/src/main.ts`;
    const loaded = await inImage(`LOG_LEVEL=none TRACES_ENDPOINT=http://127.0.0.1:4318 ${start} 2>/dev/null || true`);
    const names = new Set(packed.map((specifier) => /^(@[^/]+.)?[^/]+/.exec(specifier)?.[0]));
    const others = loaded.split('\n').filter((url) => {
      const [, name, file] = /node_modules.((?:@[^/]+.)?[^/]+).([^]*)/.exec(url) ?? [];
      return names.has(name) && !file?.startsWith('packed.');
    });
    expect(loaded).toContain('/zod/packed.mjs');
    expect(others, 'imported, and not in local/image/packing.ts').toEqual([]);
  });

  it.each(workspaces)("starts %s without Node's own undici", async (workspace) => {
    const script = 'process.on("exit", () => console.log(process.moduleLoadList.join()))';
    const hook = `--import 'data:text/javascript,${encodeURIComponent(script)}'`;
    const loaded = await inImage(`LOG_LEVEL=none node ${hook} ${workspace}/src/main.ts 2>/dev/null || true`);
    expect(loaded).toContain('NativeModule http,');
    expect(loaded, 'who imports node:http? See services/kit/src/node-http.ts').not.toContain('undici/undici');
  });

  it.each(['', 'http://127.0.0.1:4318'])(
    'has all code compiled that a pod starts, traces going to "%s"',
    async (endpoint) => {
      const folder = '/srv/storefront/.compile-cache';
      for (const command of await appCommands()) {
        const env = `LOG_LEVEL=none TRACES_ENDPOINT=${endpoint} NODE_COMPILE_CACHE=${folder}`;
        const last = await inImage(`touch /tmp/before; ${env} ${command} 2>&1 || true`);
        // Every module was loaded; only the configuration is refused.
        expect(last, command).toContain('LOG_LEVEL');
        expect(await inImage(`find ${folder} -type f -newer /tmp/before`), command).toBe('');
      }
    },
    120_000,
  );

  it("serves from it as the image's user, and traces what it serves", async () => {
    const port = await getPort();
    const traced: string[] = [];
    const collector = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => traced.push(text));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
    const tracing = `TRACES_SAMPLE=1 TRACES_ENDPOINT=http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const web = `env ${webEnvironment(port)} ${tracing} node --import @storefront/kit/tracing services/web/src/main.ts`;
    const [program, ...args] = onLayers(image.layers, upper, ['sh', '-ceu', `cd /srv/storefront; exec ${web}`]);
    const running = spawn(program as string, args, { stdio: 'inherit' });
    try {
      await expect.poll(() => statusOf(`http://127.0.0.1:${port}/livez`), { timeout: 20_000 }).toBe(200);
      await statusOf(`http://127.0.0.1:${port}/robots.txt`);
      await expect.poll(() => traced.join(''), { timeout: 20_000 }).toContain('/robots.txt');
    } finally {
      running.kill('SIGKILL');
      collector.close();
    }
  });

  it.each([
    'require("pg").Client.prototype.query',
    'require("ioredis").prototype.sendCommand',
    'require("mongodb/lib/cmap/connection").Connection.prototype.command',
    'require("./node_modules/amqplib/lib/channel_model").Channel.prototype.publish',
  ])('traces %s', async (method) => {
    const script = `node --import @storefront/kit/tracing --print '${method}.__wrapped'`;
    expect(await inImage(`TRACES_ENDPOINT=http://127.0.0.1:4318 ${script}`)).toBe('true\n');
    expect(await inImage(script)).toBe('undefined\n');
  });

  it('brings nothing that only builds and tests need', async () => {
    const found = await inImage(
      'ls -d node_modules/vite node_modules/typescript node_modules/vitest 2>/dev/null || true',
    );
    expect(found).toBe('');
  });

  it('belongs to root, so that no service can change what it runs', async () => {
    await expect(inImage('touch services/kit/src/config.ts')).rejects.toThrow('Permission denied');
  });
});
