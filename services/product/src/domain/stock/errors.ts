import { conflict, invalid, notFound, unavailable } from '@storefront/kit/errors';

/** A line that cannot be had: its place in the request, and what there is. */
export type Shortage = { index: number; sku: string; available: number };

/** `errors[].field` names the place in the request's lines; what can be had is said by `/offers`. */
export const outOfStock = (shortages: readonly Shortage[]) =>
  conflict(
    'out-of-stock',
    'There is not enough of what is ordered.',
    shortages.map(({ index, sku, available }) => ({
      field: `lines[${index}].units`,
      message: `only ${available} of ${sku} can be ordered`,
    })),
  );

export const stockNotFound = (sku: string) => notFound('stock', sku);
export const skuNotFound = (sku: string) => notFound('sku', sku);

export const holdDiffers = (sku: string, units: number) =>
  conflict('hold-differs', `This order holds ${units} of "${sku}": an order's lines cannot change.`);

export const notClaimed = (skus: readonly string[]) =>
  conflict('not-claimed', `This order has not claimed ${skus.join(', ')}: nothing of it can leave the house.`);

export const stockPromised = (available: number) =>
  conflict('stock-promised', `Only ${available} units are not promised to orders: no more can be taken out.`, [
    { field: 'units', message: `must not take more than ${available}` },
  ]);

export const unfittingUnits = (message: string) =>
  invalid('unfitting-units', `The units ${message}.`, [{ field: 'units', message }]);

export const movementKeyReused = () =>
  conflict('idempotency-key-reused', 'This Idempotency-Key was used for another movement: take a new one.');

export const stockBusy = () =>
  unavailable('stock-busy', 'Too much changes in this stock at the same time: repeat.', { retryAfter: 1 });
