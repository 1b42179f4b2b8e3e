import { carrierUnavailable } from '../domain/errors.ts';

/** What the package throws for an answer that says no; anything else it throws is no answer. https://docs.easypost.com/docs/errors */
type ApiError = Error & { statusCode: number; code: string };

/** A no that is about what was asked, with its code, such as `SHIPMENT.POSTAGE.EXISTS`. */
export type Refused = { status: number; code: string; message: string };
export type Answer<Result> = { result: Result } | { refused: Refused };

/** 4xx that are about the request. Of the others 401 to 403 are about our account, 408, 409 and 429 about the moment. */
const aboutTheRequest = new Set([400, 404, 405, 410, 413, 422]);

/** What EasyPost said to one call; `carrier-unavailable` where that leaves open whether it was done. */
export async function ask<Result>(carrier: string, call: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await call() };
  } catch (error) {
    if (!isApiError(error) || !aboutTheRequest.has(error.statusCode)) throw carrierUnavailable(carrier, error);
    const { statusCode: status, code, message } = error;
    return { refused: { status, code, message } };
  }
}

/** The same where no is no answer that anybody expects. */
export async function demand<Result>(carrier: string, call: () => Promise<Result>): Promise<Result> {
  const answer = await ask(carrier, call);
  if ('result' in answer) return answer.result;
  throw carrierUnavailable(carrier, new Error(`${answer.refused.code}: ${answer.refused.message}`));
}

/** What `ask` threw because the same parcel is being bought already. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && isApiError(error.cause) && error.cause.statusCode === 409;

function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && 'code' in error;
}
