import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readOptions } from '../command.ts';
import { run } from '../commands/up.ts';
import { paths } from '../paths.ts';

/** As the person's kubectl at a cluster where all goes well: keeps what it is told, and has a Storefront that is ready. */
const kubectl = `#!/bin/sh
echo "$*" >> "$0.calls"
case " $* " in
  *" --context gone "*) echo 'context "gone" does not exist' >&2; exit 1 ;;
  *" apply "*) cat >> "$0.applied"; echo >> "$0.applied" ;;
  *" storefronts,pods "*) cat "$0.seen" ;;
esac
`;
const ready = {
  kind: 'Storefront',
  metadata: { name: 'acme', namespace: 'shop', generation: 1 },
  status: {
    url: 'https://shop.example',
    conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }],
  },
};
const sample = join(paths.checkout, 'crds/samples/production.yaml');
const image = 'registry.example/storefront:1.2.3';
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-elsewhere-'));
  writeFileSync(join(dir, 'kubectl'), kubectl);
  chmodSync(join(dir, 'kubectl'), 0o755);
  writeFileSync(join(dir, 'kubectl.seen'), JSON.stringify({ items: [ready] }));
  vi.stubEnv('PATH', `${dir}${delimiter}${process.env['PATH']}`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

type Applied = { kind: string; spec?: { release?: object; template?: { spec: { containers: { image: string }[] } } } };

const lines = (file: string): string[] => readFileSync(join(dir, file), 'utf8').trim().split('\n');
const up = (variables: NodeJS.ProcessEnv) => run(readOptions(variables));

describe('make up on a cluster of the person', () => {
  it('installs the operator and the Storefront with the image, there and nowhere else', async () => {
    const said = vi.spyOn(console, 'log').mockReturnValue();
    await up({ CONTEXT: 'mine', IMAGE: image, FILE: sample });
    expect(said.mock.calls.flat().join('\n')).toContain('ready at https://shop.example');
    expect(lines('kubectl.calls').filter((call) => !call.startsWith('--context mine '))).toEqual([]);
    const applied = lines('kubectl.applied').flatMap((line) => (JSON.parse(line) as { items: Applied[] }).items);
    expect(applied.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['CustomResourceDefinition', 'Storefront']));
    const operator = applied.find(({ kind }) => kind === 'Deployment');
    expect(operator?.spec?.template?.spec.containers).toMatchObject([{ image }]);
    expect(applied.at(-1)).toMatchObject({ kind: 'Storefront', spec: { release: { version: '1.2.3', image } } });
  });

  it.each([
    ['without an image', { CONTEXT: 'mine', FILE: sample }, 'CONTEXT needs an image'],
    [
      'without a Storefront',
      { CONTEXT: 'mine', IMAGE: image, FILE: 'nowhere.yaml' },
      'no Storefront in "nowhere.yaml"',
    ],
    ['of a context that is not there', { CONTEXT: 'gone', IMAGE: image, FILE: sample }, '"gone" does not answer'],
  ])('applies nothing %s, and says why', async (_, variables, message) => {
    vi.spyOn(console, 'log').mockReturnValue();
    await expect(up(variables)).rejects.toThrow(message);
    expect(() => lines('kubectl.applied')).toThrow('ENOENT');
  });
});
