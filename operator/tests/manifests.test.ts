import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generated } from '../src/generate.ts';
import { findProgram, kubeconfig, missing, run } from './checks.ts';
import { writeSchemas } from './schemas.ts';

const root = join(import.meta.dirname, '../..');
const install = 'charts/storefront-operator/install.yaml';
const manifests = ['operator/golden/local.yaml', 'operator/golden/production.yaml', install];

describe('generated files', async () => {
  it.each(await generated())('$path is what its sources make of it', ({ path, content }) => {
    const committed = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
    expect(committed, 'run npm run generate and look at the difference').toBe(content);
  });
});

const kubeconform = findProgram('kubeconform');
const kubectl = findProgram('kubectl');
const needsCluster = { kubeconform, kubectl, STOREFRONT_TEST_KUBECONFIG: kubeconfig };

describe.skipIf(missing(needsCluster))(`manifests and the API server's own schemas${missing(needsCluster)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  beforeAll(() => {
    writeSchemas(run(kubectl!, ['--kubeconfig', kubeconfig!, 'get', '--raw', '/openapi/v2']), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const location = join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json');
  // Kinds of the Gateway API and of GKE, which this API server does not have; gke-policies.test.ts knows the latter.
  const absent = 'HTTPRoute,GCPBackendPolicy,HealthCheckPolicy';
  const options = ['-strict', '-schema-location', location, '-skip', absent, '-summary'];

  it.each(manifests)('%s is strictly valid', (path) => {
    expect(run(kubeconform!, [...options, join(root, path)])).toMatch(/Invalid: 0, Errors: 0/);
  });

  it('finds a field that does not exist', () => {
    const wrong = readFileSync(join(root, manifests[0]!), 'utf8').replace('minReadySeconds', 'minimumReadySeconds');
    expect(() => run(kubeconform!, [...options, '-'], wrong)).toThrow(/minimumReadySeconds/);
  });
});

const kubeScore = findProgram('kube-score');

/** What kube-score asks for and we do otherwise, each with its reason. */
const ignored = {
  'container-image-pull-policy':
    'tags are content hashes and digests do not change; Always would need a registry to start a pod',
  'deployment-has-host-podantiaffinity':
    'topology spread constraints do it, over zones and nodes, also for one more pod than nodes',
};
/** The local sample is one small machine: a node port, and one replica where the sample says so. */
const ignoredLocally = { 'service-type': 'nodePort is asked for', 'deployment-replicas': 'replicas: 1 is asked for' };

describe.skipIf(missing({ kubeScore }))(`manifests and kube-score${missing({ 'kube-score': kubeScore })}`, () => {
  const score = (path: string, tests: object) =>
    run(kubeScore!, [
      'score',
      '--output-format=ci',
      ...Object.keys(tests).flatMap((test) => ['--ignore-test', test]),
      join(root, path),
    ]);
  const complaints = (report: string) => report.split('\n').filter((line) => /^\[(WARNING|CRITICAL)\]/.test(line));

  it.each([
    ['operator/golden/production.yaml', ignored],
    ['operator/golden/local.yaml', { ...ignored, ...ignoredLocally }],
    [install, { ...ignored, 'deployment-replicas': 'the operator never runs twice' }],
  ])('%s leaves nothing to complain about', (path, tests) => {
    expect(complaints(score(path, tests))).toEqual([]);
  });
});
