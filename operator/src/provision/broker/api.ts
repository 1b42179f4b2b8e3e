/** The management API of RabbitMQ: https://www.rabbitmq.com/docs/http-api-reference */
import { Agent, request } from 'undici';
import { readCa, readLogin } from '../files.ts';
import { Refusal } from '../patience.ts';
import type { ProvisionPlan } from '../plan.ts';

export type Broker = NonNullable<ProvisionPlan['broker']>;

/** `find` gives nothing for what is not there; `put`, `post` and `remove` throw what the broker refuses. */
export type Api = {
  find<Thing>(...path: string[]): Promise<Thing | undefined>;
  put(path: readonly string[], body: object): Promise<void>;
  post(path: readonly string[], body: object): Promise<void>;
  remove(...path: string[]): Promise<void>;
};

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
type Call = (method: Method, path: readonly string[], body?: object) => Promise<{ status: number; body: string }>;

/** Any node will do. */
export async function withApi(broker: Broker, work: (api: Api) => Promise<void>): Promise<void> {
  const isChecked = new URL(broker.url).searchParams.get('verify') !== 'verify_none';
  const connect = { ...readCa(broker.caFile), rejectUnauthorized: isChecked, timeout: 3_000 };
  const agent = new Agent({ connect, headersTimeout: 10_000, bodyTimeout: 10_000 });
  try {
    await work(apiOf(await firstThatAnswers(broker, agent)));
  } finally {
    await agent.close();
  }
}

async function firstThatAnswers({ managementUrls, adminDir }: Broker, agent: Agent): Promise<Call> {
  const { username, password } = readLogin(adminDir);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const failures: unknown[] = [];
  for (const url of managementUrls) {
    const call = caller(url, authorization, agent);
    const answer = await call('GET', ['whoami']).catch((error: unknown) => void failures.push(error));
    if (answer?.status === 401)
      throw new Refusal(
        `spec.stores.broker (${new URL(url).host}) refused the account of the admin Secret: ${answer.body}`,
      );
    if (answer?.status === 200) return call;
    if (answer) failures.push(new Error(`${url} answered ${answer.status} ${answer.body}`));
  }
  throw new AggregateError(failures, `spec.stores.broker: no node answers (${managementUrls.join(', ')})`);
}

const caller =
  (url: string, authorization: string, dispatcher: Agent): Call =>
  async (method, path, body) => {
    const answer = await request(`${url}/api/${path.map(encodeURIComponent).join('/')}`, {
      method,
      dispatcher,
      headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };

function apiOf(call: Call): Api {
  const change = async (method: Method, path: readonly string[], body?: object) => {
    const answer = await call(method, path, body);
    const isGone = method === 'DELETE' && answer.status === 404;
    if (answer.status >= 300 && !isGone) throw refusal(method, path, answer);
  };
  return {
    async find<Thing>(...path: string[]) {
      const answer = await call('GET', path);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw refusal('GET', path, answer);
      return JSON.parse(answer.body) as Thing;
    },
    put: (path, body) => change('PUT', path, body),
    post: (path, body) => change('POST', path, body),
    remove: (...path) => change('DELETE', path),
  };
}

/** A node that starts, or a queue without a leader, answers otherwise in a moment; a right that the administrator lacks does not come. */
function refusal(method: Method, path: readonly string[], { status, body }: { status: number; body: string }): Error {
  const message = `spec.stores.broker answered ${method} ${path.join('/')} with ${status} ${body}`;
  return status === 401 || status === 403
    ? new Refusal(`${message}; the account of the admin Secret needs the tag administrator`)
    : new Error(message);
}
