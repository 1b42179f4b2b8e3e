export { createMessagingTables as up } from '@storefront/kit/broker/postgres';
