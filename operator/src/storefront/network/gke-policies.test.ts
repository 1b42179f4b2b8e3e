import { GCPBackendPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/GCPBackendPolicy';
import { HealthCheckPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/HealthCheckPolicy';
import type { Storefront } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { edgePort, fleet } from '../../fleet.ts';
import { childKinds } from '../../kinds.ts';
import { sampleStorefront } from '../../testing/samples.ts';
import { drainOf } from '../pod/drain.ts';
import { render } from '../render.ts';

/** GKE's own schemas of the two kinds; `validate` throws what is wrong. */
const models = { GCPBackendPolicy, HealthCheckPolicy };
type Policy = { kind: keyof typeof models; spec: { default: object; targetRef: object } };

const policiesOf = (storefront: Storefront) =>
  render(storefront, fleet, {}).filter(({ apiVersion }) => apiVersion.startsWith('networking.gke.io/')) as unknown as [
    backend: Policy,
    health: Policy,
  ];
const withGke = (gke: object) => {
  const storefront = sampleStorefront('production');
  storefront.spec.ingress.gke = gke;
  return storefront;
};

describe('the policies of a Gateway of GKE', () => {
  it('are none unless asked for: other clusters have no such kinds', () => {
    const plain = sampleStorefront('production');
    delete plain.spec.ingress.gke;
    expect(policiesOf(plain)).toEqual([]);
    expect(policiesOf(sampleStorefront('local'))).toEqual([]);
    expect(childKinds.filter(({ apiVersion, optional }) => apiVersion.includes('gke.io') && !optional)).toEqual([]);
  });

  it.each([{}, { securityPolicy: 'acme-shield' }])('are what GKE takes, with %j', (gke) => {
    const policies = policiesOf(withGke(gke));
    expect(policies.map(({ kind }) => kind)).toEqual(['GCPBackendPolicy', 'HealthCheckPolicy']);
    for (const policy of policies) {
      expect(() => new models[policy.kind](policy as never).validate()).not.toThrow();
      expect(policy.spec.targetRef).toEqual({ group: '', kind: 'Service', name: 'acme-gateway' });
    }
  });

  it('would be refused with a value that GKE does not take', () => {
    const [backend, health] = policiesOf(withGke({ securityPolicy: 1 }));
    expect(() => new GCPBackendPolicy(backend as never).validate()).toThrow(/securityPolicy/);
    const sooner = { ...health, spec: { ...health.spec, default: { checkIntervalSec: 0 } } };
    expect(() => new HealthCheckPolicy(sooner as never).validate()).toThrow(/checkIntervalSec/);
  });

  it('put requests through the Cloud Armor policy that is named', () => {
    const [backend] = policiesOf(withGke({ securityPolicy: 'acme-shield' }));
    expect(backend.spec.default).toMatchObject({ securityPolicy: 'acme-shield' });
    expect(policiesOf(withGke({}))[0].spec.default).not.toHaveProperty('securityPolicy');
  });

  it('ask the edge where it answers for its health, and give an answer the time that the pod gives it', () => {
    const { edge, ...gateway } = fleet.gateway;
    const [backend, health] = policiesOf(withGke({}));
    expect(edge!.api).toContain(edge!.health);
    expect(health.spec.default).toMatchObject({
      config: { type: 'HTTP', httpHealthCheck: { port: edgePort, requestPath: edge!.health } },
    });
    const { preStopSeconds, appSeconds, graceSeconds } = drainOf({ ...gateway, edge: edge! });
    const { connectionDraining } = backend.spec.default as { connectionDraining: { drainingTimeoutSec: number } };
    expect(connectionDraining.drainingTimeoutSec).toBe(preStopSeconds + appSeconds);
    expect(connectionDraining.drainingTimeoutSec).toBeLessThanOrEqual(graceSeconds);
  });
});
