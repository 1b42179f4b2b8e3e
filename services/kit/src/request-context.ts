import { AsyncLocalStorage } from 'node:async_hooks';

/** What code below a route may know of the request it works for, without its being handed down: logs and clients use it. */
export type RequestContext = {
  readonly requestId: string;
  /** Of the trace that the request belongs to, when tracing is on. */
  readonly traceId: string | undefined;
  /** `performance.now()` at which the answer must be there. */
  deadlineAt: number;
  /** The signed caller token that came with the request, if one came. */
  callerToken: string | undefined;
};

const storage = new AsyncLocalStorage<RequestContext>();

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

export function withRequest<Result>(context: RequestContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** For work that must not end with the request that began it (refreshing a cache): no deadline, caller or id is inherited. */
export function withoutRequest<Result>(work: () => Result): Result {
  return storage.exit(work);
}
