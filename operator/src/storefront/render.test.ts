import { describe, expect, it } from 'vitest';
import type { Manifest } from '../cluster.ts';
import { fleet } from '../fleet.ts';
import { largeFleet, sampleStorefront, smallFleet } from '../testing/samples.ts';
import { drainOf, fitting } from './pod/drain.ts';
import { render } from './render.ts';
import { secretsOf } from './secrets-of.ts';

type Container = {
  name: string;
  image: string;
  command: string[];
  env?: { name: string; value?: string }[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: object;
  restartPolicy?: string;
  volumeMounts: { name: string; mountPath: string }[];
};
type Projected = { defaultMode: number; sources: { secret: { name: string; items: { path: string }[] } }[] };
type Template = {
  metadata: { annotations: Record<string, string>; labels: Record<string, string> };
  spec: { containers: Container[]; initContainers?: Container[]; terminationGracePeriodSeconds?: number };
};

const acme = () => sampleStorefront('local');
const templateOf = (manifest: Manifest) => (manifest['spec'] as { template?: Template } | undefined)?.template;
const find = (manifests: Manifest[], kind: string, name: string) =>
  manifests.find((one) => one.kind === kind && one.metadata.name.startsWith(name))!;
const templates = (manifests: Manifest[]) =>
  manifests.flatMap((manifest) => {
    const template = templateOf(manifest);
    return template ? [{ id: `${manifest.kind}/${manifest.metadata.name}`, template }] : [];
  });
const containers = ({ spec }: Template) => [...(spec.initContainers ?? []), ...spec.containers];

describe('render', () => {
  it('makes the same of the same, and changes nothing that it was given', () => {
    const storefront = Object.freeze(acme());
    const before = JSON.stringify(storefront);
    expect(render(storefront, smallFleet, {})).toEqual(render(storefront, smallFleet, {}));
    expect(JSON.stringify(storefront)).toBe(before);
  });

  it('gives every object the labels by which it is found, and a name of its own', () => {
    const manifests = render(acme(), smallFleet, {});
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata } of manifests)
      expect(metadata).toMatchObject({
        namespace: 'shop',
        labels: { 'app.kubernetes.io/managed-by': 'storefront-operator', 'storefront.dev/storefront': 'acme' },
      });
  });

  it('keeps names within 63 characters for the longest name and services to come', () => {
    const storefront = sampleStorefront('local', { name: 'a'.repeat(24) });
    const names = render(storefront, largeFleet, {}).map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.length > 63)).toEqual([]);
  });

  it('starts consul, then nginx, then the app', () => {
    const { spec } = templateOf(find(render(acme(), smallFleet, {}), 'Deployment', 'acme-product'))!;
    expect(spec.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['consul', 'Always'],
      ['nginx', 'Always'],
    ]);
    expect(spec.containers.map(({ name }) => name)).toEqual(['app']);
  });

  it('bounds and locks down every container', () => {
    const all = templates(render(acme(), smallFleet, {})).flatMap(({ template }) => containers(template));
    for (const { resources, securityContext } of all) {
      expect(Object.keys(resources.requests)).toEqual(['cpu', 'memory', 'ephemeral-storage']);
      expect(Object.keys(resources.limits)).toEqual(['cpu', 'memory', 'ephemeral-storage']);
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    }
  });

  it('gives the heap a share of the memory limit', () => {
    const heapOf = (memory: string) => {
      const storefront = acme();
      storefront.spec.services = { web: { resources: { limits: { memory } } } };
      const { spec } = templateOf(find(render(storefront, smallFleet, {}), 'Deployment', 'acme-web'))!;
      return spec.containers[0]!.command[1];
    };
    expect(heapOf('512Mi')).toBe('--max-old-space-size=307');
    expect(heapOf('1.5Gi')).toBe('--max-old-space-size=921');
  });

  it('runs the image by tag and digest', () => {
    const [first] = templates(render(sampleStorefront('production'), smallFleet, {}));
    expect(containers(first!.template)[0]!.image).toMatch(/\/storefront@sha256:[0-9a-f]{64}$/);
  });

  it('leaves the number of pods to the autoscaler unless it is fixed', () => {
    const fixed = render(acme(), smallFleet, {});
    expect(find(fixed, 'Deployment', 'acme-product')['spec']).toMatchObject({ replicas: 3 });
    expect(fixed.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
    const scaled = render(sampleStorefront('production'), smallFleet, {});
    expect(find(scaled, 'Deployment', 'acme-product')['spec']).not.toHaveProperty('replicas');
    expect(find(scaled, 'HorizontalPodAutoscaler', 'acme-product')['spec']).toMatchObject({ minReplicas: 3 });
  });

  it('opens the one way in that is asked for', () => {
    const kinds = (manifests: Manifest[]) => manifests.map(({ kind }) => kind);
    expect(kinds(render(sampleStorefront('production'), smallFleet, {}))).toContain('HTTPRoute');
    expect(find(render(acme(), smallFleet, {}), 'Service', 'acme-gateway')['spec']).toMatchObject({
      type: 'NodePort',
      ports: [{ port: 8080, nodePort: 30080 }],
    });
    const storefront = sampleStorefront('production');
    storefront.spec.ingress = { host: 'shop.example', className: 'nginx', tls: { secretRef: { name: 'shop-tls' } } };
    expect(find(render(storefront, smallFleet, {}), 'Ingress', 'acme-gateway')['spec']).toMatchObject({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example'], secretName: 'shop-tls' }],
    });
  });
});

describe('the login of an administrator', () => {
  const mountedBy = (manifests: Manifest[], secret: string) =>
    templates(manifests)
      .filter(({ template }) => JSON.stringify(template).includes(`"${secret}"`))
      .map(({ id }) => id.replace(/-[0-9a-f]{8}$/, ''));

  it('is for the Job that makes accounts', () => {
    for (const store of ['products', 'cache', 'state'])
      expect(mountedBy(render(acme(), smallFleet, {}), `acme-${store}-admin`)).toEqual(['Job/acme-provision']);
  });

  it('is for the services of a store too that has no other account, as files of the names they know', () => {
    const storefront = acme();
    storefront.spec.stores.cache.accounts = 'Shared';
    const manifests = render(storefront, smallFleet, {});
    expect(mountedBy(manifests, 'acme-cache-admin')).toEqual(['Job/acme-provision', 'Deployment/acme-gateway']);
    for (const store of ['products', 'state'])
      expect(mountedBy(manifests, `acme-${store}-admin`)).toEqual(['Job/acme-provision']);

    const { spec } = templateOf(find(manifests, 'Deployment', 'acme-gateway'))!;
    const { projected } = (spec as unknown as { volumes: { name: string; projected?: Projected }[] }).volumes.find(
      ({ name }) => name === 'credentials',
    )!;
    expect(projected!.defaultMode).toBe(0o440);
    expect(
      projected!.sources.flatMap(({ secret }) => secret.items.map(({ path }) => `${secret.name}: ${path}`)),
    ).toEqual([
      'acme-gateway-credentials: cursor-key',
      'acme-gateway-credentials: state-username',
      'acme-gateway-credentials: state-password',
      'acme-cache-admin: cache-username',
      'acme-cache-admin: cache-password',
    ]);
  });
});

describe('what makes pods roll', () => {
  const refs = Object.fromEntries(secretsOf(acme(), smallFleet).map(({ name }) => [name, 'before']));
  const changed = (after: Manifest[], before = render(acme(), smallFleet, refs)) => {
    const old = new Map(templates(before).map(({ id, template }) => [id, JSON.stringify(template)]));
    return templates(after)
      .filter(({ id, template }) => old.get(id) !== JSON.stringify(template))
      .map(({ id }) => id.replace(/-[0-9a-f]{8}$/, ''));
  };

  it('is a Secret, for those who read it', () => {
    const rotated = (name: string) => changed(render(acme(), smallFleet, { ...refs, [name]: 'after' }));
    expect(rotated('acme-merchant')).toEqual(['Deployment/acme-gateway']);
    expect(rotated('acme-product-credentials')).toEqual([
      'Job/acme-provision',
      'Job/acme-product-migration',
      'Deployment/acme-product',
    ]);
    expect(rotated('acme-products-admin')).toEqual(['Job/acme-provision']);
    expect(rotated('acme-discovery-gossip')).toEqual([
      'Deployment/acme-gateway',
      'Deployment/acme-product',
      'Deployment/acme-web',
    ]);
    expect(rotated('not-ours')).toEqual([]);
  });

  it('is the login of a store with one account, for the services that use this store', () => {
    const shared = acme();
    shared.spec.stores.cache.accounts = 'Shared';
    const before = render(shared, smallFleet, refs);
    const rotated = (name: string) => changed(render(shared, smallFleet, { ...refs, [name]: 'after' }), before);
    expect(rotated('acme-cache-admin')).toEqual(['Job/acme-provision', 'Deployment/acme-gateway']);
    expect(rotated('acme-state-admin')).toEqual(['Job/acme-provision']);
    expect(rotated('acme-gateway-credentials')).toEqual(['Job/acme-provision', 'Deployment/acme-gateway']);
    expect(changed(before)).toEqual(['Job/acme-provision', 'Deployment/acme-gateway']);
  });

  it('is the configuration of its sidecars: balancing rolls the callers, not the called', () => {
    const storefront = acme();
    storefront.spec.services!.product!.balancing = 'RandomTwo';
    expect(changed(render(storefront, smallFleet, refs))).toEqual(['Deployment/acme-gateway']);
  });

  it('is not the number of pods', () => {
    const storefront = acme();
    storefront.spec.services!.product!.replicas = 12;
    expect(changed(render(storefront, smallFleet, refs))).toEqual([]);
  });

  it("never takes a Secret's value in", () => {
    const text = JSON.stringify(render(acme(), smallFleet, refs));
    expect(text).toContain('acme-merchant=before');
    expect(text).not.toMatch(/"secretKeyRef"/);
  });
});

describe('drain', () => {
  it('fits into the grace of each pod, and the app is told its share', () => {
    for (const [service, entry] of Object.entries(fleet)) {
      const { preStopSeconds, appSeconds, nginxSeconds, consulSeconds, graceSeconds } = drainOf(entry);
      const { spec } = templateOf(find(render(acme(), fleet, {}), 'Deployment', `acme-${service}`))!;
      expect(spec.terminationGracePeriodSeconds).toBe(graceSeconds);
      expect(preStopSeconds + appSeconds + nginxSeconds + consulSeconds).toBeLessThanOrEqual(graceSeconds);
      expect(spec.containers[0]!.env).toContainEqual({ name: 'SHUTDOWN_GRACE', value: `${appSeconds}s` });
    }
  });

  it('that does not fit is refused', () => {
    const drain = {
      preStopSeconds: 30,
      foundSeconds: 3,
      appSeconds: 20,
      nginxSeconds: 5,
      consulSeconds: 5,
      graceSeconds: 45,
    };
    expect(() => fitting(drain)).toThrow('a pod needs 60 s to drain and is given 45 s');
  });
});

describe('ten shops of more than sixty objects', () => {
  it('are rendered one by one, all different', () => {
    const shops = Array.from({ length: 10 }, (_, index) => sampleStorefront('production', { name: `shop-${index}` }));
    const objects = shops.flatMap((shop) => render(shop, largeFleet, {}));
    expect(objects.length).toBeGreaterThanOrEqual(600);
    expect(new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).size).toBe(objects.length);
  });
});
