import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
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

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

type Deployment = { spec: { template: { spec: { containers: { command: string[] }[] } } } };

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

  it.each([...Object.keys(fleet).map((name) => `services/${name}`), 'operator'])('starts %s', async (workspace) => {
    const start = inImage(`LOG_LEVEL=none node --import @storefront/kit/tracing ${workspace}/src/main.ts`);
    const error = await start.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    // Every module was found and stripped of its types; only the configuration is refused.
    expect((error as ProgramError).output).toContain('LOG_LEVEL');
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

  it("serves from it as the image's user", async () => {
    const port = await getPort();
    const script = `cd /srv/storefront; exec env ${webEnvironment(port)} node --import @storefront/kit/tracing services/web/src/main.ts`;
    const [program, ...args] = onLayers(image.layers, upper, ['sh', '-ceu', script]);
    const web = spawn(program as string, args, { stdio: 'inherit' });
    try {
      await expect.poll(() => statusOf(`http://127.0.0.1:${port}/livez`), { timeout: 20_000 }).toBe(200);
    } finally {
      web.kill('SIGKILL');
    }
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
