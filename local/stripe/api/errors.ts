import { json, type Answer } from '../../simulator/http/call.ts';

/** The members of an error as Stripe shows them. */
export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  charge?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
  setup_intent?: unknown;
  doc_url?: string;
};

/** A request that is refused. `isStored`: it began, so its key answers the same from now on. */
export class StripeError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly isStored: boolean;

  constructor(status: number, body: ErrorBody, isStored = false) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.isStored = isStored;
  }
}

/** Every message of ours that a client may see, one function each. */
export const refuse = {
  unknownParameter: (param: string) =>
    invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param }),
  missingParameter: (param: string) =>
    invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param }),
  invalidParameter: (param: string, message: string) => invalid(message, { param }),
  malformed: (message: string) => invalid(message, {}),
  missing: (kind: string, id: string, param = 'id') =>
    new StripeError(404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such ${kind}: '${id}'`,
      param,
      doc_url: docsOf('resource_missing'),
    }),
  noKey: () =>
    new StripeError(401, {
      type: 'invalid_request_error',
      message: 'You did not provide an API key, or it is not one of this account.',
    }),
  notWithPublishableKey: () =>
    new StripeError(403, {
      type: 'invalid_request_error',
      code: 'secret_key_required',
      message: 'This API call cannot be made with a publishable API key. Please use a secret API key.',
    }),
  wrongVersion: (version: string, spoken: string) =>
    new StripeError(400, {
      type: 'invalid_request_error',
      message: `Invalid Stripe API version: ${version}. This simulator speaks ${spoken} only.`,
    }),
  sameKeyOtherRequest: (key: string) =>
    new StripeError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    }),
  unexpectedState: (message: string, intent: { object: string; status: string }) =>
    new StripeError(
      400,
      {
        type: 'invalid_request_error',
        code: `${intent.object}_unexpected_state`,
        message,
        [intent.object]: intent,
        doc_url: docsOf(`${intent.object}_unexpected_state`),
      },
      true,
    ),
  notPossible: (message: string, more: Partial<ErrorBody> = {}) =>
    new StripeError(400, { type: 'invalid_request_error', message, ...more }, true),
};

function invalid(message: string, more: Partial<ErrorBody>): StripeError {
  const docs = more.code ? { doc_url: docsOf(more.code) } : {};
  return new StripeError(400, { type: 'invalid_request_error', message, ...more, ...docs });
}

export const docsOf = (code: string): string => `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`;

export const errorAnswer = (status: number, body: ErrorBody, headers: Record<string, string> = {}): Answer =>
  json(status, { error: body }, headers);
