import { request } from 'undici';

export const controlToken = 'control-token-of-a-test';

/** The control API of a simulator, as a test or an auditor calls it; throws at an answer that is not 2xx. */
export type ControlClient = {
  get: <Result>(path: string) => Promise<Result>;
  put: (path: string, body: unknown) => Promise<void>;
  post: <Result>(path: string, body?: unknown) => Promise<Result>;
};

export function createControlClient(url: string, token: string = controlToken): ControlClient {
  const call = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const response = await request(`${url}/simulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return JSON.parse(text);
  };
  return {
    get: async <Result>(path: string) => (await call('GET', path)) as Result,
    put: async (path, body) => void (await call('PUT', path, body)),
    post: async <Result>(path: string, body: unknown = {}) => (await call('POST', path, body)) as Result,
  };
}
