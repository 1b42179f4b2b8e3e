import type { Agent } from 'node:http';
import easypost, { type IEasyPostOptions } from '@easypost/api';

/** The package's types tell of its CommonJS form; as a module, its default is the client itself. */
const EasyPostClient = easypost as unknown as typeof easypost.default;
export type EasyPostClient = InstanceType<typeof EasyPostClient>;

export type EasyPostAccount = {
  apiKey: string;
  /** Where the API is, unless it is EasyPost's own: the origin. */
  url?: string;
};

/** Of a request of superagent what is used here. */
type Request = {
  agent(agent: Agent): Request;
  timeout(limits: { response: number; deadline: number }): Request;
  once(event: 'end' | 'error' | 'abort', listener: () => void): Request;
  abort(): void;
};

/**
 * So long a connection waits for the next call: a handshake costs as much as the call does. Less than servers wait (Node 5 s, most of them
 * a minute), since a call on a connection that is being closed has an outcome that nobody knows.
 */
const idleMs = 3_000;

/**
 * A client whose calls end. The package (8.9.0) takes a `timeout` and forgets it: superagent has to be told itself, or a call hangs for
 * as long as the connection does. `abandon` ends those that are under way.
 */
export function connectEasyPost(
  { apiKey, url }: EasyPostAccount,
  { timeoutMs }: { timeoutMs: number },
): { client: EasyPostClient; abandon(): void } {
  const underWay = new Set<Request>();
  // Not imported, for the reason that kit's `node-http.ts` has.
  const { Agent } = process.getBuiltinModule(url?.startsWith('http:') ? 'node:http' : 'node:https');
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const options: IEasyPostOptions = {
    requestMiddleware(request: Request) {
      underWay.add(request);
      for (const event of ['end', 'error', 'abort'] as const) request.once(event, () => underWay.delete(request));
      return request.agent(agent).timeout({ response: timeoutMs, deadline: timeoutMs });
    },
    ...(url === undefined ? {} : { baseUrl: `${url.replace(/\/+$/, '')}/v2/` }),
  };
  const abandon = () => underWay.forEach((request) => request.abort());
  return { client: new EasyPostClient(apiKey, options), abandon };
}
