import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { configOf, settingsOf } from './engine/stacks.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The whole CLI with the real providers, which it fetches; npm has neither. A preview of a new stack asks Google nothing. */
it.skipIf(!isOnPath('pulumi')).each(['dev', 'prod'] as const)(
  'the CLI previews the stack %s, with the policy pack [needs pulumi]',
  async (stack) => {
    const folder = await mkdtemp(join(tmpdir(), 'storefront-pulumi-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await copyFile(join(root, 'Pulumi.yaml'), join(folder, 'Pulumi.yaml'));
    for (const name of ['pulumi', 'charts', 'crds']) await symlink(join(root, name), join(folder, name));
    const config = { 'pulumi:disable-default-providers': ['gcp', 'kubernetes', 'random', 'tls'], ...unpacked(stack) };
    await writeFile(join(folder, `Pulumi.${stack}.yaml`), stringify({ config }));
    await mkdir(join(folder, 'state'));
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'preview',
      GOOGLE_OAUTH_ACCESS_TOKEN: 'preview',
    };
    const pulumi = (...args: string[]) =>
      run('pulumi', [...args, '--non-interactive'], { cwd: folder, env, maxBuffer: 2 ** 26 });
    await pulumi('stack', 'init', stack);
    const { stdout } = await pulumi('preview', '--stack', stack, '--policy-pack', join(root, 'pulumi/policy'));
    expect(stdout).toMatch(/\+ \d+ to create/);
  },
  600_000,
);

/** As a person would write it into the file: structures as structures. */
const unpacked = (stack: 'dev' | 'prod') =>
  Object.fromEntries(
    Object.keys(configOf(settingsOf(stack))).map((key) => [key, settingsOf(stack)[key.replace('storefront:', '')]]),
  );

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
