import { json, type Answer } from '../simulator/http/call.ts';

/** A request that is refused: `{ error: { code, message, errors } }`. https://docs.easypost.com/docs/errors */
export class CarrierError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { field: string; message: string }[];

  constructor(status: number, code: string, message: string, errors: { field: string; message: string }[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** Every message of ours that a client may see, one function each. */
export const refuse = {
  unauthorized: () =>
    new CarrierError(401, 'APIKEY.INACTIVE', 'This api key is no longer active. Please use a different api key.'),
  notFound: () => new CarrierError(404, 'NOT_FOUND', 'The requested resource could not be found.'),
  malformed: (message: string) => new CarrierError(400, 'BAD_REQUEST', message),
  wrongParameters: (errors: { field: string; message: string }[]) =>
    new CarrierError(422, 'PARAMETER.INVALID', 'One or more parameters were invalid.', errors),
  undeliverable: () =>
    new CarrierError(422, 'ADDRESS.VERIFY.FAILURE', 'Unable to verify address.', [
      { field: 'address', message: 'Address not found' },
    ]),
  postageExists: () => new CarrierError(422, 'SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment.'),
  unknownRate: () => new CarrierError(422, 'SHIPMENT.RATE.NOT_FOUND', 'The rate is not one of this shipment.'),
  expiredRate: () =>
    new CarrierError(422, 'SHIPMENT.RATE.EXPIRED', 'The rate has expired. Regenerate the rates of the shipment.'),
  postageFailed: (message: string) => new CarrierError(422, 'SHIPMENT.POSTAGE.FAILURE', message),
  noPostage: () => new CarrierError(422, 'SHIPMENT.POSTAGE.REQUIRED', 'The shipment has no postage.'),
  refundAsked: () =>
    new CarrierError(422, 'SHIPMENT.REFUND.UNAVAILABLE', 'A refund of this shipment has been requested already.'),
  refundTooLate: () =>
    new CarrierError(422, 'SHIPMENT.REFUND.UNAVAILABLE', 'Unable to request refund. The parcel has been shipped.'),
};

export const errorAnswer = ({ status, code, message, errors }: CarrierError): Answer =>
  json(status, { error: { code, message, errors } });
