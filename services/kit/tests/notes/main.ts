import { createClient } from '@storefront/kit/client';
import { readAccount } from '@storefront/kit/config';
import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { connectRedis } from '@storefront/kit/redis';
import { onShutdown } from '@storefront/kit/shutdown';
import { createNotes } from './app.ts';
import { readConfig } from './config.ts';

const config = readConfig();
const { service: name, credentialsDir, logLevel: level } = config;
const log = createLog({ ...config, level });
const mongo = connectMongo({ url: config.productsUrl, ...readAccount(credentialsDir, 'products'), log, name });
const cache = connectRedis({ url: config.cacheUrl, ...readAccount(credentialsDir, 'cache'), log, name });
const client = createClient({ name: 'notes', baseUrl: config.notesUrl });
const notes = createNotes({ config, log, mongo, cache, notes: client });

onShutdown(() => notes.stop(), { grace: config.shutdownGrace, log });
await notes.start();
