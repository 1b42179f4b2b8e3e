import { z } from 'zod';
import { setOf } from '../list.ts';
import { fixed, held, text } from '../rule.ts';
import { Cidrs, Host, isAddress, SecretRef } from './value.ts';

const fields = z.strictObject({
  mode: z
    .enum(['Sidecar'])
    .exactOptional()
    .meta({ description: 'Sidecar: a Consul agent in every pod. Sidecar unless given.' }),
  datacenter: text(63, /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/, 'write the datacenter as the Consul servers name it').meta({
    description: 'Datacenter of the Consul servers. It cannot change.',
  }),
  servers: setOf(Host, { min: 1, max: 9 }).meta({
    description: 'Consul servers: gossip on 8301, RPC on 8300, HTTPS on 8501.',
  }),
  cidrs: Cidrs.exactOptional().meta({ description: 'Address ranges of the servers; needed where servers are names.' }),
  caSecretRef: SecretRef.meta({ description: 'Secret with the CA of the servers. Key: ca.crt.' }),
  gossipSecretRef: SecretRef.meta({ description: 'Secret with the gossip key. Key: key.' }),
  adminSecretRef: SecretRef.meta({
    description: 'Secret with a token that may write ACLs. Key: token. Only the provision Job reads it.',
  }),
});

export const Discovery = fixed(
  held(fields.meta({ description: 'Consul, through which the services find each other.' }), {
    rule: '(has(self.cidrs) && self.cidrs.size() > 0) || self.servers.all(server, isIP(server))',
    message:
      'a server is given by name: list the address ranges of the servers in cidrs, or the network policy cuts them off',
    holds: ({ cidrs, servers }) => (cidrs?.length ?? 0) > 0 || servers.every(isAddress),
  }),
  {
    rule: 'self.datacenter == oldSelf.datacenter',
    message: 'datacenter cannot change: set it back; another datacenter needs a Storefront of its own',
  },
);
export type Discovery = z.infer<typeof Discovery>;
