import { z } from 'zod';
import { json } from '../../simulator/http/call.ts';
import type { Desk } from '../desk.ts';
import { refuse } from '../errors.ts';
import { buildRates, buyLabel, isUndeliverable, voidLabel } from '../labels/postage.ts';
import type { Address, CarrierKinds, Parcel, Shipment, Verification } from '../shapes.ts';
import type { Endpoints } from './endpoint.ts';
import { AddressInput, PageInput, ParcelInput, readBody, readParameters, ShipmentInput, toPage } from './parameters.ts';

const verification = z.union([z.boolean(), z.string(), z.array(z.string())]).nullish();
const AddressBody = z.object({ address: AddressInput, verify: verification, verify_strict: verification });
const ParcelBody = z.object({ parcel: ParcelInput });
const ShipmentBody = z.object({ shipment: ShipmentInput });
const BuyBody = z.object({
  rate: z.object({ id: z.string() }),
  insurance: z.unknown().exactOptional(),
  end_shipper_id: z.unknown().exactOptional(),
});
const ListInput = PageInput.extend({
  purchased: z.stringbool().default(true),
  include_children: z.unknown().exactOptional(),
});

export const shipments: Endpoints = {
  'POST /v2/addresses': ({ desk, call }) => {
    const { address, verify, verify_strict: strict } = readBody(AddressBody, call.body);
    return json(201, makeAddress(desk, address, { verify: Boolean(verify ?? strict), isStrict: Boolean(strict) }));
  },
  'POST /v2/addresses/create_and_verify': ({ desk, call }) => {
    const { address } = readBody(AddressBody, call.body);
    return json(201, { address: makeAddress(desk, address, { verify: true, isStrict: true }) });
  },
  'GET /v2/addresses/:id': ({ desk, params }) => json(200, desk.get('address', params['id'] ?? '').shown),
  'GET /v2/addresses/:id/verify': ({ desk, params }) => {
    const { shown } = desk.get('address', params['id'] ?? '');
    if (isUndeliverable(shown)) throw refuse.undeliverable();
    return json(200, { address: { ...shown, verifications: { delivery: verify(shown) } } });
  },
  'POST /v2/parcels': ({ desk, call }) => {
    const { parcel } = readBody(ParcelBody, call.body);
    return json(201, makeParcel(desk, parcel));
  },
  'GET /v2/parcels/:id': ({ desk, params }) => json(200, desk.get('parcel', params['id'] ?? '').shown),

  'POST /v2/shipments': ({ desk, call }) => {
    const { shipment } = readBody(ShipmentBody, call.body);
    return json(201, makeShipment(desk, shipment));
  },
  'GET /v2/shipments': ({ desk, call }) => {
    const { purchased, ...input } = readParameters(ListInput, Object.fromEntries(call.query));
    const where = ({ hidden }: CarrierKinds['shipment']) => !purchased || hidden !== null;
    const { items, hasMore } = desk.objects.list('shipment', {}, toPage(input), where);
    return json(200, { shipments: items.map(({ shown }) => shown), has_more: hasMore });
  },
  'GET /v2/shipments/:id': ({ desk, params }) => json(200, findShipment(desk, params['id'] ?? '').shown),
  'POST /v2/shipments/:id/buy': ({ desk, params, call }) => {
    const { rate } = readBody(BuyBody, call.body);
    return json(200, buyLabel(desk, findShipment(desk, params['id'] ?? ''), rate.id));
  },
  'POST /v2/shipments/:id/rerate': ({ desk, params }) => {
    const { shown, hidden } = findShipment(desk, params['id'] ?? '');
    const rated: Shipment = { ...shown, rates: buildRates(desk, shown) };
    desk.save('shipment', { shown: rated, hidden });
    return json(200, rated);
  },
  'POST /v2/shipments/:id/refund': ({ desk, params }) =>
    json(200, voidLabel(desk, findShipment(desk, params['id'] ?? ''))),
  'GET /v2/shipments/:id/label': ({ desk, params, call }) => {
    const { shown, hidden } = findShipment(desk, params['id'] ?? '');
    if (!shown.postage_label) throw refuse.noPostage();
    if (call.query.get('file_format')?.toUpperCase() !== 'PDF')
      throw refuse.wrongParameters([{ field: 'file_format', message: 'This simulator converts labels to PDF only' }]);
    const url = `${desk.url()}/labels/${shown.tracking_code}.pdf`;
    const converted: Shipment = { ...shown, postage_label: { ...shown.postage_label, label_pdf_url: url } };
    desk.save('shipment', { shown: converted, hidden });
    return json(200, converted);
  },
};

/** By its id or its reference; of several with one reference, the newest. */
function findShipment(desk: Desk, idOrReference: string): CarrierKinds['shipment'] {
  const id = decodeURIComponent(idOrReference);
  const [referred] = desk.objects.list('shipment', { reference: id }, { limit: 1 }).items;
  const found = desk.objects.find('shipment', id) ?? referred;
  if (!found) throw refuse.notFound();
  return found;
}

function makeAddress(
  desk: Desk,
  input: AddressInput,
  { verify: isAsked, isStrict }: { verify: boolean; isStrict: boolean },
): Address {
  const address: Address = { ...desk.base('Address', 'adr'), ...readAddress(input), verifications: {} };
  const checked = isAsked ? { ...address, verifications: { delivery: verify(address) } } : address;
  if (isStrict && isUndeliverable(checked)) throw refuse.undeliverable();
  desk.save('address', { shown: checked, hidden: null });
  return checked;
}

const addressFields = [
  'name',
  'company',
  'street1',
  'street2',
  'city',
  'state',
  'zip',
  'country',
  'phone',
  'email',
  'residential',
  'carrier_facility',
  'federal_tax_id',
  'state_tax_id',
] as const;

const readAddress = (input: AddressInput) =>
  Object.fromEntries(addressFields.map((field) => [field, input[field] ?? null])) as Pick<
    Address,
    (typeof addressFields)[number]
  >;

function verify(address: Address): Verification {
  if (!isUndeliverable(address))
    return { success: true, errors: [], details: { latitude: 0, longitude: 0, time_zone: 'UTC' } };
  const error = { code: 'E.ADDRESS.NOT_FOUND', field: 'address', message: 'Address not found', suggestion: null };
  return { success: false, errors: [error], details: null };
}

function makeParcel(desk: Desk, input: ParcelInput): Parcel {
  if (input.weight === undefined)
    throw refuse.wrongParameters([{ field: 'weight', message: 'missing required parameter' }]);
  const parcel: Parcel = {
    ...desk.base('Parcel', 'prcl'),
    length: input.length ?? null,
    width: input.width ?? null,
    height: input.height ?? null,
    predefined_package: input.predefined_package ?? null,
    weight: input.weight,
  };
  desk.save('parcel', { shown: parcel, hidden: null });
  return parcel;
}

/** One that is there by its id, or a new one. */
const takeAddress = (desk: Desk, given: string | AddressInput): Address => {
  const id = typeof given === 'string' ? given : given.id;
  if (id !== undefined) return desk.get('address', id).shown;
  return makeAddress(desk, given as AddressInput, { verify: false, isStrict: false });
};

function makeShipment(desk: Desk, input: ShipmentInput): Shipment {
  const to = takeAddress(desk, input.to_address);
  const from = takeAddress(desk, input.from_address);
  const parcelId = typeof input.parcel === 'string' ? input.parcel : input.parcel.id;
  const parcel =
    parcelId === undefined ? makeParcel(desk, input.parcel as ParcelInput) : desk.get('parcel', parcelId).shown;
  const shipment: Shipment = {
    ...nothingYet,
    ...desk.base('Shipment', 'shp'),
    reference: input.reference ?? null,
    to_address: to,
    from_address: from,
    return_address: input.return_address ? takeAddress(desk, input.return_address) : from,
    buyer_address: input.buyer_address ? takeAddress(desk, input.buyer_address) : to,
    parcel,
    customs_info: input.customs_info ?? null,
    options: { currency: 'USD', payment: { type: 'SENDER' }, date_advance: 0, ...input.options },
    is_return: input.is_return ?? false,
  };
  const rated: Shipment = { ...shipment, rates: buildRates(desk, shipment) };
  desk.save('shipment', { shown: rated, hidden: null });
  return rated;
}

const nothingYet = {
  rates: [],
  selected_rate: null,
  postage_label: null,
  tracking_code: null,
  tracker: null,
  status: 'unknown',
  refund_status: null,
  fees: [],
  forms: [],
  messages: [],
  scan_form: null,
  insurance: null,
  usps_zone: 4,
  order_id: null,
  batch_id: null,
  batch_status: null,
  batch_message: null,
} satisfies Partial<Shipment>;
