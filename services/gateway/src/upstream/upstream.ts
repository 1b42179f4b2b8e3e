import type { Client, ClientRequest, ClientResponse, ClientStream } from '@storefront/kit/client';
import { ServiceError, unavailable } from '@storefront/kit/errors';
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  SamplingBreaker,
  wrap,
} from 'cockatiel';

/** One service behind the gateway: called only while it seems well, and never by more requests at once than it can serve. */
export interface Upstream {
  request(request: ClientRequest): Promise<ClientResponse>;
  stream(request: ClientRequest): Promise<ClientStream>;
  /** For an answer that lasts: it takes nobody's place among the calls, and none of their connections. */
  listen(request: ClientRequest): Promise<ClientStream>;
  /** True while calls are refused because too many have failed. */
  isBroken(): boolean;
}

export interface UpstreamClients {
  calls: Client;
  /** With connections of its own: each listener holds one for as long as it listens. */
  listeners: Client;
}

export interface UpstreamLimits {
  /** Calls under way; the next `queued` ones wait, further ones are refused. */
  concurrent: number;
  queued: number;
  /** The breaker opens when this share of at least `minimumRps` calls a second failed over ten seconds. */
  failureShare: number;
  minimumRps: number;
  /** After which one call may try again. */
  halfOpenAfterMs: number;
}

export const upstreamLimits: UpstreamLimits = {
  concurrent: 128,
  queued: 512,
  failureShare: 0.5,
  minimumRps: 2,
  halfOpenAfterMs: 1_000,
};

/** Only what says that the service is not well counts: a refused request is the client's affair. */
const isFailure = (error: unknown) => error instanceof ServiceError && error.kind === 'unavailable';

export function createUpstream(
  name: string,
  { calls, listeners }: UpstreamClients,
  limits: UpstreamLimits = upstreamLimits,
): Upstream {
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: limits.halfOpenAfterMs,
    breaker: new SamplingBreaker({ threshold: limits.failureShare, duration: 10_000, minimumRps: limits.minimumRps }),
  });
  let isOpen = false;
  breaker.onBreak(() => (isOpen = true));
  breaker.onReset(() => (isOpen = false));
  const policy = wrap(bulkhead(limits.concurrent, limits.queued), breaker);

  function guarded<Result>(by: IPolicy, call: () => Promise<Result>): Promise<Result> {
    return by.execute(call).catch((error: unknown) => {
      throw refusal(name, error);
    });
  }

  return {
    request: (request) => guarded(policy, () => calls.request(request)),
    stream: (request) => guarded(policy, () => calls.stream(request)),
    listen: (request) => guarded(breaker, () => listeners.stream(request)),
    isBroken: () => isOpen,
  };
}

function refusal(name: string, error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return unavailable('circuit-open', `The ${name} service is not well; it is tried again in a moment.`, {
      retryAfter: 1,
      cause: error,
    });
  if (error instanceof BulkheadRejectedError)
    return unavailable('overloaded', `The ${name} service has too much to do.`, { retryAfter: 1, cause: error });
  return error;
}
