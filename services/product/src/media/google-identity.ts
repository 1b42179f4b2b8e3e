import type { GoogleAuth } from 'google-auth-library';

/** Who asks Google: the bearer of a token that lasts an hour at most. */
export type Identity = {
  token(signal: AbortSignal): Promise<string>;
  /** Google believes the token no more: the next one is another. */
  renew(): void;
};

const scopes = ['https://www.googleapis.com/auth/devstorage.read_write'];

/**
 * Application Default Credentials: on GKE the identity of the pod's ServiceAccount (Workload Identity), elsewhere what
 * GOOGLE_APPLICATION_CREDENTIALS names. The library is loaded when the first token is needed: it would take 100 ms of every start.
 */
export function applicationIdentity(): Identity {
  let auth: Promise<GoogleAuth> | undefined;
  return {
    async token(signal) {
      const mine = (auth ??= begin());
      try {
        const token = await until(
          signal,
          mine.then((client) => client.getAccessToken()),
        );
        if (!token) throw new Error('the answer had none');
        return token;
      } catch (cause) {
        if (auth === mine) auth = undefined;
        throw new Error('Google gave no access token', { cause });
      }
    },
    renew() {
      auth = undefined;
    },
  };
}

/**
 * The library remembers for good that there was no metadata server, and GKE's answers only some seconds after a pod's start: whoever
 * begins anew looks anew. Objects are found without a project, for which the library would look by running gcloud.
 */
async function begin(): Promise<GoogleAuth> {
  const { GoogleAuth: Auth, gcpMetadata } = await import('google-auth-library');
  gcpMetadata.resetIsAvailableCache();
  return new Auth({ scopes, projectId: 'none' });
}

/** The library cannot be stopped, but need not be waited for. */
function until<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}
