import { z } from 'zod';
import { held, text } from '../rule.ts';
import { Host, isAddress, ObjectName, Port, SecretRef } from './value.ts';

const GatewayRef = z.strictObject({
  name: ObjectName.meta({ description: 'Name of the Gateway.' }),
  namespace: ObjectName.exactOptional().meta({ description: 'Its namespace; the one of the Storefront unless given.' }),
  sectionName: ObjectName.exactOptional().meta({ description: 'Listener of the Gateway; all of them unless given.' }),
});

const Tls = z.strictObject({
  secretRef: SecretRef.exactOptional().meta({
    description: 'Secret of type kubernetes.io/tls, for className only. A Gateway holds its certificates itself.',
  }),
});

const Gke = z.strictObject({
  securityPolicy: text(
    63,
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    'write the name of a Cloud Armor policy: lower-case letters, digits and hyphens, starting with a letter',
  )
    .exactOptional()
    .meta({
      description: 'Cloud Armor policy that requests have to pass, in the project of the Gateway; none unless given.',
    }),
});

const fields = z.strictObject({
  host: Host.meta({ description: 'Host in the public address of the shop.' }),
  port: Port.exactOptional().meta({ description: 'Port in the public address where it is not 80 (or 443 with tls).' }),
  gatewayRef: GatewayRef.exactOptional().meta({ description: 'Gateway (gateway.networking.k8s.io) to attach to.' }),
  gke: Gke.exactOptional().meta({
    description:
      'Present where the Gateway is one of GKE, even if empty: its load balancer then asks the edge for its health, lets ' +
      'a pod finish its answers, and waits for long ones.',
  }),
  className: ObjectName.exactOptional().meta({ description: 'IngressClass of the Ingress to make.' }),
  nodePort: z.int().min(30_000).max(32_767).exactOptional().meta({
    description: 'Port on every node, for a cluster without load balancer.',
  }),
  tls: Tls.exactOptional().meta({ description: 'Present when customers come by https.' }),
});

export const Ingress = held(
  fields.meta({ description: 'Where customers come in.' }),
  {
    rule: '[has(self.gatewayRef), has(self.className), has(self.nodePort)].filter(given, given).size() == 1',
    message: 'set exactly one of gatewayRef, className and nodePort',
    holds: (ingress) =>
      [ingress.gatewayRef, ingress.className, ingress.nodePort].filter((given) => given !== undefined).length === 1,
  },
  {
    rule: '!has(self.gke) || has(self.gatewayRef)',
    message: 'gke is about a Gateway of GKE: remove it, or use gatewayRef',
    holds: (ingress) => ingress.gke === undefined || ingress.gatewayRef !== undefined,
  },
  {
    rule: '!has(self.tls) || !has(self.nodePort)',
    message: 'a nodePort speaks plain HTTP: remove tls, or use gatewayRef or className',
    holds: (ingress) => ingress.tls === undefined || ingress.nodePort === undefined,
  },
  {
    rule: '!has(self.tls) || !has(self.tls.secretRef) || has(self.className)',
    message: 'tls.secretRef belongs to className: a Gateway holds its own certificates, so leave tls as {}',
    holds: (ingress) => ingress.tls?.secretRef === undefined || ingress.className !== undefined,
  },
  {
    rule: 'has(self.nodePort) || !isIP(self.host)',
    message: 'host is an IP address, which only a nodePort can serve: write the DNS name of the shop',
    holds: (ingress) => ingress.nodePort !== undefined || !isAddress(ingress.host),
  },
);
export type Ingress = z.infer<typeof Ingress>;
