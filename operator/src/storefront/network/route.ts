import type { Storefront } from '@storefront/crds';
import { edgePort, type ServiceEntry } from '../../fleet.ts';
import { metadataOf, objectName } from '../names.ts';
import { gkePolicies } from './gke-policies.ts';

/** How customers come to the edge: by a Gateway, by an Ingress, or by the node port that its Service has. */
export function routes(storefront: Storefront, service: string, entry: ServiceEntry): object[] {
  const { gatewayRef, className } = storefront.spec.ingress;
  if (gatewayRef) return [...gkePolicies(storefront, service, entry), httpRoute(storefront, service, gatewayRef)];
  return className ? [ingress(storefront, service, className)] : [];
}

function httpRoute(storefront: Storefront, service: string, gatewayRef: object) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadataOf(storefront, service),
    spec: {
      parentRefs: [gatewayRef],
      hostnames: [storefront.spec.ingress.host],
      rules: [{ backendRefs: [{ name: objectName(storefront, service), port: edgePort }] }],
    },
  };
}

function ingress(storefront: Storefront, service: string, ingressClassName: string) {
  const { host, tls } = storefront.spec.ingress;
  const backend = { service: { name: objectName(storefront, service), port: { number: edgePort } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadataOf(storefront, service),
    spec: {
      ingressClassName,
      ...(tls ? { tls: [{ hosts: [host], ...(tls.secretRef ? { secretName: tls.secretRef.name } : {}) }] } : {}),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}
