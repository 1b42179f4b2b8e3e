import easypost, { type IEasyPostOptions } from '@easypost/api';

/** The package's types tell of its CommonJS form; as a module, its default is the client itself. */
const EasyPostClient = easypost as unknown as typeof easypost.default;
export type EasyPostClient = InstanceType<typeof EasyPostClient>;

export type EasyPostAccount = {
  apiKey: string;
  /** Where the API is, unless it is EasyPost's own: the origin. */
  url?: string;
};

type Timed = { timeout(limits: { response: number; deadline: number }): Timed };

/**
 * A client whose calls end. The package (8.9.0) takes a `timeout` and forgets it: superagent has to be told itself, or a call hangs for
 * as long as the connection does.
 */
export function connectEasyPost(
  { apiKey, url }: EasyPostAccount,
  { timeoutMs }: { timeoutMs: number },
): EasyPostClient {
  const options: IEasyPostOptions = {
    requestMiddleware: (request: Timed) => request.timeout({ response: timeoutMs, deadline: timeoutMs }),
    ...(url === undefined ? {} : { baseUrl: `${url.replace(/\/+$/, '')}/v2/` }),
  };
  return new EasyPostClient(apiKey, options);
}
