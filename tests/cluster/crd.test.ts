import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { formatProblems, Storefront } from '@storefront/crds';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const kubeconfig = process.env.STOREFRONT_TEST_KUBECONFIG;
const crds = new URL('../../crds/', import.meta.url);
const crdFile = fileURLToPath(new URL('generated/storefronts.storefront.dev.yaml', crds));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Tree = { [key: string]: Json };

const read = (path: string) => readFileSync(new URL(path, crds), 'utf8');
const sample = (name: string) => parse(read(`samples/${name}`)) as Tree;

/** An invalid sample is a JSON merge patch (RFC 7386) of a valid one; its first lines say what comes of it and upon which. */
const invalids = readdirSync(new URL('samples/invalid/', crds)).map((name) => {
  const text = read(`samples/invalid/${name}`);
  const [, expected, on, base] = /^# expect: (.+)\n# on (create|change) of (.+)\n/.exec(text)!;
  return {
    name,
    expected: expected!,
    on: on!,
    base: base!,
    storefront: merge(sample(base!), parse(text) as Json) as Tree,
  };
});

function merge(target: Json | undefined, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Tree = typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig!, ...args], { maxBuffer: 1e8 });
  return stdout;
}

/** The API server as `kubectl proxy` offers it: plain HTTP, the person's own rights. */
async function openApi(): Promise<{ url: string; proxy: ChildProcess }> {
  const proxy = spawn('kubectl', ['--kubeconfig', kubeconfig!, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(proxy.stdout, 'data');
  return { url: `http://${/127\.0\.0\.1:\d+/.exec(String(line))![0]}`, proxy };
}

const reason = kubeconfig ? '' : ' (skipped: STOREFRONT_TEST_KUBECONFIG names no cluster)';

describe.skipIf(!kubeconfig)(`the Storefront kind on a real API server${reason}`, () => {
  const empty = `crd-${randomUUID().slice(0, 8)}`;
  const namespaceOf: Record<string, string> = {
    'local.yaml': `${empty}-local`,
    'production.yaml': `${empty}-production`,
  };
  const namespaces = [empty, ...Object.values(namespaceOf)];
  let api: Awaited<ReturnType<typeof openApi>>;

  const storefronts = (namespace: string) =>
    `${api.url}/apis/storefront.dev/v1alpha1/namespaces/${namespace}/storefronts`;
  const within = (namespace: string, storefront: Tree): Tree => merge(storefront, { metadata: { namespace } }) as Tree;

  async function send(method: string, url: string, body: Json, type = 'application/json') {
    const response = await fetch(url, { method, headers: { 'content-type': type }, body: JSON.stringify(body) });
    const { message } = (await response.json()) as { message?: string };
    return { accepted: response.ok, message: message ?? '' };
  }
  const tryCreate = (storefront: Tree) =>
    send('POST', `${storefronts(empty)}?dryRun=All&fieldValidation=Strict`, within(empty, storefront));

  /** Replaces what is there by the same manager's apply, as a person's second `kubectl apply --server-side` does. */
  const apply = (namespace: string, storefront: Tree, query = '') =>
    send(
      'PATCH',
      `${storefronts(namespace)}/acme?fieldManager=test&fieldValidation=Strict${query}`,
      within(namespace, storefront),
      'application/apply-patch+yaml',
    );

  /** An operator that runs here shall leave these alone, and let go of them at once. */
  const idle = { spec: { paused: true, deletionPolicy: 'Retain' } };

  async function taken(answer: Promise<{ accepted: boolean; message: string }>): Promise<void> {
    const { accepted, message } = await answer;
    if (!accepted) throw new Error(`the test could not begin: ${message}`);
  }

  beforeAll(async () => {
    await kubectl('apply', '--server-side', '--force-conflicts', '-f', crdFile);
    await kubectl('wait', '--for=condition=Established', '--timeout=20s', 'crd/storefronts.storefront.dev');
    for (const namespace of namespaces) await kubectl('create', 'namespace', namespace);
    api = await openApi();
    for (const [base, namespace] of Object.entries(namespaceOf))
      await taken(apply(namespace, merge(sample(base), idle) as Tree));
    const shards = [1, 2].map((number) => ({ name: `orders-${number}`, buckets: 2048 }));
    const status = `${storefronts(namespaceOf['production.yaml']!)}/acme/status`;
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'Serving',
      message: 'All services are ready.',
      lastTransitionTime: '2026-11-24T18:00:00Z',
    };
    const merged = { release: '1.4.2', url: 'https://shop.acme.example', conditions: [condition], shards };
    await taken(send('PATCH', status, { status: merged }, 'application/merge-patch+json'));
  });

  afterAll(async () => {
    api?.proxy.kill();
    await kubectl('delete', 'namespace', '--wait=false', '--ignore-not-found', ...namespaces);
  });

  it('is established, its rules within their budget', async () => {
    const { status, spec } = JSON.parse(await kubectl('get', 'crd', 'storefronts.storefront.dev', '-o', 'json'));

    const types = status.conditions
      .filter((condition: Tree) => condition.status === 'True')
      .map(({ type }: Tree) => type);
    expect(types.sort()).toEqual(['Established', 'NamesAccepted']);
    expect(spec.names.shortNames).toEqual(['sf']);
  });

  it.each(['local.yaml', 'production.yaml'])('takes samples/%s', async (name) => {
    expect(await tryCreate(sample(name))).toEqual({ accepted: true, message: '' });
  });

  it.each(invalids)('refuses samples/invalid/$name: $expected', async ({ expected, on, base, storefront }) => {
    const answer =
      on === 'create' ? await tryCreate(storefront) : await apply(namespaceOf[base]!, storefront, '&dryRun=All');

    expect(answer.accepted).toBe(false);
    expect(answer.message).toContain(expected);
  });

  it.each([
    ['storefront.spec', 'Where customers come in.'],
    ['sf.spec.stores.cache', 'Redis that may lose everything'],
    ['storefronts.spec.services.product.balancing', 'How callers spread their calls'],
    ['sf.spec.payments.stripe.scriptUrl', 'Address from which browsers load Stripe.js'],
    ['sf.spec.shipping.from', 'Where parcels leave from'],
    ['sf.spec.rollout.maxUnavailable', 'Pods of a service that may be missing'],
  ])('explains %s', async (field, text) => {
    expect((await kubectl('explain', field)).replace(/\s+/g, ' ')).toContain(text);
  });

  it('lists a shop as a person wants to see it', async () => {
    const namespace = namespaceOf['production.yaml']!;
    const printed = async () => {
      const [head, row] = (await kubectl('get', 'sf', '-n', namespace)).trim().split('\n');
      return { head: head!.split(/\s+/), row: row!.split(/\s+/).slice(0, -1) };
    };
    const truth = async () => {
      const { status } = JSON.parse(await kubectl('get', 'sf', 'acme', '-n', namespace, '-o', 'json'));
      const ready = status.conditions.find(({ type }: Tree) => type === 'Ready');
      return ['acme', ready.status, ready.reason, status.release, status.url];
    };

    expect((await printed()).head).toEqual(['NAME', 'READY', 'STATUS', 'RELEASE', 'URL', 'AGE']);
    // The operator of the machine's cluster may write the status between the two looks.
    await expect
      .poll(async () => (await printed()).row.join() === (await truth()).join(), { timeout: 10_000 })
      .toBe(true);
  });

  it('gives a spec the same verdict as the schema in zod', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async ({ storefront, change }) => {
        const { error } = Storefront.safeParse(within(empty, storefront));
        const { accepted, message } = await tryCreate(storefront);

        expect({ change, accepted, message: accepted ? error && formatProblems(error) : message }).toMatchObject({
          accepted: error === undefined,
        });
      }),
      { numRuns: 300 },
    );
  });
});

type Path = (string | number)[];

function pathsOf(value: Json | undefined, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, child]) =>
      pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** The same tree with `value` at `path`; without the field where `value` is undefined. */
function put(tree: Json, [step, ...rest]: Path, value: Json | undefined): Json {
  const copy = structuredClone(tree) as Record<string | number, Json>;
  if (rest.length > 0) copy[step!] = put(copy[step!]!, rest, value);
  else if (value !== undefined) copy[step!] = value;
  else if (Array.isArray(copy)) copy.splice(Number(step), 1);
  else delete copy[step!];
  return copy;
}

const values = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  fc.constantFrom<Json | undefined>(
    undefined,
    '',
    'x',
    'a-b',
    'A b',
    '7',
    '250m',
    '1.5Gi',
    '10%',
    'web.internal',
    '::1',
  ),
  fc.constantFrom<Json>(
    '10.0.0.0/8',
    '10.0.0.300',
    '2001:db8::/32',
    'sha256:00',
    'https://a.example/b',
    'x'.repeat(300),
  ),
  fc.constantFrom<Json>(
    0,
    -1,
    1,
    2.5,
    70_000,
    1e12,
    true,
    [],
    {},
    ['x'],
    ['x', 'x'],
    { name: 'x' },
    { name: 'x', y: 1 },
  ),
);

/** A valid sample with one place of its spec changed to what a tired person may write. */
const mutated = fc.constantFrom('local.yaml', 'production.yaml').chain((name) => {
  const base = sample(name);
  const places = pathsOf(base.spec, ['spec']).filter((path) => path.length > 1);
  return fc.record({ path: fc.constantFrom(...places), value: values }).map(({ path, value }) => ({
    storefront: put(base, path, value) as Tree,
    change: `${name}: ${path.join('.')} = ${JSON.stringify(value)}`,
  }));
});
