/** The platform under one shop, and the shop: what is bought, in the order in which one part needs the other. */
import { Cluster } from './components/cluster/cluster.ts';
import { Network } from './components/network/network.ts';
import { Budget } from './components/project/budget.ts';
import { Encryption } from './components/project/encryption.ts';
import { Monitoring } from './components/project/monitoring.ts';
import { Registry } from './components/project/registry.ts';
import { Services } from './components/project/services.ts';
import { Discovery } from './components/shop/discovery.ts';
import { Edge } from './components/shop/edge.ts';
import { Namespaces } from './components/kubernetes/namespaces.ts';
import { Operator } from './components/shop/operator.ts';
import { Secrets } from './components/kubernetes/secrets.ts';
import { Storefront } from './components/shop/storefront.ts';
import { Broker } from './components/stores/broker/broker.ts';
import { Cache } from './components/stores/cache/cache.ts';
import { Media } from './components/stores/media.ts';
import { Mongo } from './components/stores/mongo/mongo.ts';
import { OrderShards } from './components/stores/postgres/order-shards.ts';
import { Postgres } from './components/stores/postgres/postgres.ts';
import { readSettings } from './config.ts';
import { siteOf } from './naming.ts';
import { localProviders } from './providers.ts';

const settings = await readSettings();
const site = siteOf(settings);
const { caches, databases, edge: front, integrations, release } = settings;

const services = new Services('services', { site }, {});
const cloud = { providers: [services.google, ...localProviders()] };
const network = new Network('network', { site, ranges: settings.network }, cloud);
const encryption = new Encryption('encryption', { site, services }, cloud);
const cluster = new Cluster('cluster', { site, settings: settings.cluster, network, encryption, services }, cloud);
const all = { providers: [...cloud.providers, cluster.kubernetes] };
const registry = new Registry('registry', { site, release, reader: cluster.nodeAccount.member }, all);
const namespaces = new Namespaces('namespaces', { site }, all);
const secrets = new Secrets('secrets', { site, cluster, namespaces, integrations }, all);

const managed = { site, network, secrets };
const customers = new Postgres('customers', { ...managed, size: databases.customers, database: 'customers' }, all);
const orders = new OrderShards('orders', { ...managed, ...databases.orders, size: databases.orders }, all);
const cache = new Cache('cache', { ...managed, ...caches, ...caches.cache, eviction: 'allkeys-lru' }, all);
const state = new Cache('state', { ...managed, ...caches, ...caches.state, eviction: 'noeviction' }, all);
const media = new Media('media', { site, cluster }, all);
const own = { site, cluster, namespaces, secrets };
const mongo = new Mongo('mongo', { ...own, settings: settings.mongo }, all);
const broker = new Broker('broker', { ...own, settings: settings.broker }, all);
const discovery = new Discovery('discovery', { ...own, settings: settings.discovery }, all);

const edge = new Edge('edge', { site, settings: front, namespaces }, all);
const watched = { host: front.host, engine: caches.engine };
const { channel } = new Monitoring('monitoring', { site, alerts: settings.alerts, ...watched }, all);
if (settings.budget) new Budget('budget', { site, settings: settings.budget, services, channel }, all);
const operator = new Operator('operator', { image: registry.image, digest: release.digest, cluster, namespaces }, all);
const parts = { customers, orders, cache, state, media, mongo, broker, discovery, edge, image: registry.image };
const ready = [operator, secrets, mongo, broker, discovery];
const shop = new Storefront('storefront', { ...parts, site, settings, ready }, all);

export const url = shop.url;
export const address = edge.address;
export const kubeconfigCommand = cluster.kubeconfigCommand;
export const databaseNames = { customers: customers.connectionName, ...orders.connectionNames };
export const backupPlan = cluster.backups.plan;
export const restorePlan = cluster.backups.restorePlan;
export const shards = databases.orders.shards;
export const shield = edge.shield.policy;
