import { requestInside } from '../../network.ts';
import { ports } from '../../paths.ts';
import { Failure } from '../../steps.ts';
import type { ConsulFacts } from './consul.ts';

type Answer = { status: number; body: string };
export type ConsulApi = (method: 'GET' | 'PUT', path: string, body?: unknown, token?: string) => Promise<Answer>;

/** Consul's HTTP API; with the admin's token where none is named. */
export function consulApi(address: string, facts: ConsulFacts): ConsulApi {
  return (method, path, body, token = facts.adminToken) =>
    requestInside({
      url: `https://${address}:${ports.consul.https}${path}`,
      method,
      headers: { 'X-Consul-Token': token },
      caFile: facts.caFile,
      ...(body === undefined ? {} : { body }),
    });
}

const anonymous = '00000000-0000-0000-0000-000000000002';
const discoveryPolicy = 'discovery-read';

/** DNS queries carry no token: who has none may read services and nodes, and nothing else. */
const discoveryRules = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }';

type Access = { nodeName: string; datacenter: string; agentToken: string };

/** Gives the server its own token and the anonymous one its rights; does nothing when they have them. */
export async function ensureAccess(api: ConsulApi, access: Access): Promise<void> {
  await ensurePolicy(api);
  const own = await api('GET', '/v1/acl/token/self', undefined, access.agentToken);
  if (own.status !== 200)
    await demand(api, 'PUT', '/v1/acl/token', {
      SecretID: access.agentToken,
      Description: `agent ${access.nodeName}`,
      NodeIdentities: [{ NodeName: access.nodeName, Datacenter: access.datacenter }],
    });
  const visitor = await demand(api, 'GET', `/v1/acl/token/${anonymous}`);
  if (!visitor.body.includes(discoveryPolicy)) {
    const change = { AccessorID: anonymous, Description: 'no token', Policies: [{ Name: discoveryPolicy }] };
    await demand(api, 'PUT', `/v1/acl/token/${anonymous}`, change);
  }
}

async function ensurePolicy(api: ConsulApi): Promise<void> {
  const existing = await api('GET', `/v1/acl/policy/name/${discoveryPolicy}`);
  if (existing.status !== 200)
    await demand(api, 'PUT', '/v1/acl/policy', { Name: discoveryPolicy, Rules: discoveryRules });
}

async function demand(api: ConsulApi, method: 'GET' | 'PUT', path: string, body?: unknown): Promise<Answer> {
  const answer = await api(method, path, body);
  if (answer.status === 200) return answer;
  throw new Failure(
    `Consul refused ${method} ${path}: ${answer.status} ${answer.body}`,
    'If its data and its secrets are of different ages, remove both: make clean',
  );
}
