/** The platform under one shop: what is bought, in the order in which one part needs the other. */
import { Cluster } from './components/cluster/cluster.ts';
import { Network } from './components/network/network.ts';
import { Encryption } from './components/project/encryption.ts';
import { Services } from './components/project/services.ts';
import { readSettings } from './config.ts';
import { siteOf } from './naming.ts';

const settings = await readSettings();
const site = siteOf(settings);
const services = new Services('services', { site });
const google = { providers: [services.google] };
const network = new Network('network', { site, ranges: settings.network }, google);
const encryption = new Encryption('encryption', { site, services }, google);
const cluster = new Cluster('cluster', { site, settings: settings.cluster, network, encryption, services }, google);

export const clusterName = cluster.clusterName;
