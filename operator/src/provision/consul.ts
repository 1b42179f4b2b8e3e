/** Tokens in Consul: one for each service, with which its pods register themselves and find whom the service calls. */
import { join } from 'node:path';
import type { Log } from '@storefront/kit/log';
import { Agent, request } from 'undici';
import { readCa, readSecret } from './files.ts';
import { Refusal } from './patience.ts';
import type { ProvisionPlan } from './plan.ts';

type Plan = ProvisionPlan['consul'];
type Account = Plan['accounts'][number];
type Answer = { status: number; body: string };
type Call = (
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  options?: { body?: object; token?: string },
) => Promise<Answer>;

/** Names are exact, node names begin with the service's: no other shop, and no other service than those it calls. */
export function policyRules({ name, reads }: Account): string {
  const may = (service: string, policy: 'read' | 'write') =>
    `service "${service}" { policy = "${policy}" }\nnode_prefix "${service}-" { policy = "${policy}" }\n`;
  return may(name, 'write') + reads.map((callee) => may(callee, 'read')).join('');
}

export async function provisionConsul(plan: Plan, log: Log): Promise<void> {
  await withServer(plan, async (call) => {
    for (const account of plan.accounts) {
      const policy = await ensurePolicy(call, account);
      await ensureToken(call, account, policy);
      log.info({ store: 'consul', account: account.name, reads: account.reads }, 'account is there');
    }
  });
}

/** The policies, and every token that has one: also those of before a rotation. */
export async function removeConsul(plan: Plan, log: Log): Promise<void> {
  await withServer(plan, async (call) => {
    for (const { name } of plan.accounts) {
      const policy = await findPolicy(call, name);
      if (!policy) continue;
      const tokens = await call('GET', `/v1/acl/tokens?policy=${policy.ID}`);
      for (const { AccessorID } of JSON.parse(tokens.body) as { AccessorID: string }[])
        await demand(call, `/v1/acl/token/${AccessorID}`, { method: 'DELETE' });
      await demand(call, `/v1/acl/policy/${policy.ID}`, { method: 'DELETE' });
      log.info({ store: 'consul', account: name }, 'account is gone');
    }
  });
}

async function withServer(plan: Plan, work: (call: Call) => Promise<void>): Promise<void> {
  const tls = { ...readCa(plan.caFile), servername: plan.serverName };
  const agent = new Agent({ connect: { ...tls, timeout: 3_000 }, headersTimeout: 5_000, bodyTimeout: 5_000 });
  try {
    await work(await firstThatAnswers(plan, agent));
  } finally {
    await agent.close();
  }
}

/** Any server will do: it passes on what only the leader may write. */
async function firstThatAnswers({ urls, adminDir }: Plan, agent: Agent): Promise<Call> {
  const admin = readSecret(join(adminDir, 'token'));
  const failures: unknown[] = [];
  for (const url of urls) {
    const call = caller(url, admin, agent);
    const answer = await call('GET', '/v1/acl/token/self').catch((error: unknown) => void failures.push(error));
    if (answer && isDenied(answer))
      throw new Refusal(`discovery (${url}) refused the token of discovery.adminSecretRef: ${answer.body}`);
    if (answer?.status === 200) return call;
    if (answer) failures.push(new Error(`${url} answered ${answer.status} ${answer.body}`));
  }
  throw new AggregateError(failures, `discovery: no Consul server answers (${urls.join(', ')})`);
}

const caller =
  (url: string, adminToken: string, dispatcher: Agent): Call =>
  async (method, path, { body, token = adminToken } = {}) => {
    const answer = await request(url + path, {
      method,
      dispatcher,
      headers: { 'x-consul-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };

const isDenied = ({ status }: Answer): boolean => status === 401 || status === 403;

type Policy = { ID: string; Rules: string };

async function findPolicy(call: Call, name: string): Promise<Policy | undefined> {
  const found = await call('GET', `/v1/acl/policy/name/${name}`);
  return found.status === 200 ? (JSON.parse(found.body) as Policy) : undefined;
}

async function ensurePolicy(call: Call, account: Account): Promise<string> {
  const wanted = { Name: account.name, Description: `storefront: ${account.service}`, Rules: policyRules(account) };
  const existing = await findPolicy(call, account.name);
  if (existing?.Rules === wanted.Rules) return existing.ID;
  const path = existing ? `/v1/acl/policy/${existing.ID}` : '/v1/acl/policy';
  const answer = await demand(call, path, { body: { ...wanted, ...(existing ? { ID: existing.ID } : {}) } });
  return (JSON.parse(answer) as { ID: string }).ID;
}

/** The secret half is ours, so that the Secret and Consul agree without either being read back. */
async function ensureToken(call: Call, account: Account, policyId: string): Promise<void> {
  const secret = readSecret(account.tokenFile);
  const wanted = { SecretID: secret, Description: `storefront: ${account.name}`, Policies: [{ ID: policyId }] };
  const own = await call('GET', '/v1/acl/token/self', { token: secret });
  if (own.status !== 200) return void (await demand(call, '/v1/acl/token', { body: wanted }));
  const existing = JSON.parse(own.body) as { AccessorID: string; Policies?: { ID: string }[] };
  if (existing.Policies?.length === 1 && existing.Policies[0]?.ID === policyId) return;
  const path = `/v1/acl/token/${existing.AccessorID}`;
  await demand(call, path, { body: { ...wanted, AccessorID: existing.AccessorID } });
}

async function demand(
  call: Call,
  path: string,
  { method = 'PUT', body }: { method?: 'PUT' | 'DELETE'; body?: object },
) {
  const answer = await call(method, path, body ? { body } : {});
  if (answer.status === 200) return answer.body;
  const message = `discovery: Consul answered ${method} ${path} with ${answer.status} ${answer.body}`;
  throw isDenied(answer)
    ? new Refusal(`${message}; the admin token must be allowed acl = "write"`)
    : new Error(message);
}
