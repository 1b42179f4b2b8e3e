import { ports } from '../paths.ts';
import { consulFacts, datacenter, readCertificate } from './consul/consul.ts';
import { adminUser, type Instance } from './instance.ts';
import { mailAddress } from './mail.ts';
import { mongoPassword } from './mongo.ts';
import { adminPassword, customersServer, orderShards } from './postgres/databases.ts';
import { rabbitPassword } from './rabbitmq/rabbitmq.ts';
import { redisPassword } from './redis.ts';
import { type CarrierAccount, carrierAccount, type StripeAccount, stripeAccount } from './simulators.ts';

/** What others need to use an instance: the content of its `stores.json`. Accounts are those of the stores' administrators. */
export type StoresFile = {
  mongo: StoreAccount;
  cache: StoreAccount;
  state: StoreAccount;
  customers: DatabaseAccount;
  orders: DatabaseAccount[];
  broker: StoreAccount & { management: string };
  mail: { smtp: string; http: string };
  stripe: StripeAccount;
  carrier: CarrierAccount;
  consul: {
    https: string;
    servers: string[];
    datacenter: string;
    token: string;
    caPem: string;
    gossipKey: string;
  };
};

export type StoreAccount = { url: string; username: string; password: string };
/** A PostgreSQL server; `replicas` are addresses as `url` is one, and have the same accounts. */
export type DatabaseAccount = StoreAccount & { name: string; replicas: string[] };

export function describeStores(instance: Instance): StoresFile {
  const { address } = instance;
  const account = (url: string, password: string) => ({ url, username: adminUser, password });
  const customers = customersServer(instance);
  return {
    mongo: account(`mongodb://${address}:${ports.mongo}`, mongoPassword(instance)),
    cache: account(`redis://${address}:${ports.cache}`, redisPassword(instance, 'cache')),
    state: account(`redis://${address}:${ports.state}`, redisPassword(instance, 'state')),
    customers: {
      name: customers.name,
      ...account(`postgres://${address}:${customers.port}/customers`, adminPassword(instance, customers)),
      replicas: [],
    },
    orders: orderShards(instance).map(({ primary, replica }) => ({
      name: primary.name,
      ...account(`postgres://${address}:${primary.port}/orders`, adminPassword(instance, primary)),
      replicas: [`postgres://${address}:${replica.port}/orders`],
    })),
    broker: {
      ...account(`amqp://${address}:${ports.broker.amqp}`, rabbitPassword(instance)),
      management: `http://${address}:${ports.broker.management}`,
    },
    mail: mailAddress(instance),
    stripe: stripeAccount(instance),
    carrier: carrierAccount(instance),
    consul: describeConsul(instance),
  };
}

function describeConsul(instance: Instance): StoresFile['consul'] {
  const consul = consulFacts(instance);
  return {
    https: `https://${instance.address}:${ports.consul.https}`,
    servers: [instance.address],
    datacenter,
    token: consul.adminToken,
    caPem: readCertificate(consul),
    gossipKey: consul.gossipKey,
  };
}
