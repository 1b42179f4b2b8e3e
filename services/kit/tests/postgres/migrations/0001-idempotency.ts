export { createIdempotencyTable as up } from '@storefront/kit/idempotency';
