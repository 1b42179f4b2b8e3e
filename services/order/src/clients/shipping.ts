import type { Client } from '@storefront/kit/client';
import { Shipment, ShipmentList } from '@storefront/shipping/contract';
import { notReadyToHandOver } from '../domain/errors.ts';
import type { Parcels } from '../domain/ports.ts';
import { answerOf } from './answer.ts';

export function shippingClient(client: Pick<Client, 'request'>): Parcels {
  const path = (orderId: string, parcel: number, rest = '') => `/shipments/${orderId}/${parcel}${rest}`;
  async function find(orderId: string, { fresh = false } = {}): Promise<Shipment[]> {
    const query = fresh ? { fresh: true } : {};
    const response = await client.request({ method: 'GET', path: `/shipments/${orderId}`, query });
    return response.status === 404 ? [] : answerOf(response, ShipmentList).items;
  }

  return {
    find,
    async buy(orderId, parcel, request) {
      return answerOf(await client.request({ method: 'PUT', path: path(orderId, parcel), body: request }), Shipment);
    },
    async voidLabel(orderId, parcel) {
      const response = await client.request({ method: 'POST', path: path(orderId, parcel, '/void') });
      if (response.status === 404) return undefined;
      if (response.status !== 409) return answerOf(response, Shipment);
      // Refused for the state that it is in: that state is the answer.
      return (await find(orderId, { fresh: true })).find((one) => one.parcel === parcel);
    },
    async handOver(orderId, parcel) {
      const response = await client.request({ method: 'POST', path: path(orderId, parcel, '/hand-over') });
      if (response.status === 404 || response.status === 409) throw notReadyToHandOver();
      return answerOf(response, Shipment);
    },
  };
}
