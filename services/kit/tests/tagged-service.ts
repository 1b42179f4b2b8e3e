import { cachedDataVersionTag } from 'node:v8';
import { commonConfig, readConfig } from '@storefront/kit/config';
import { createService } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { onShutdown } from '@storefront/kit/shutdown';
import { z } from 'zod';

/** Run by engine.test.ts: says which compiled code V8 would take, before it has started and after. */
const config = readConfig(z.object(commonConfig));
const log = createLog({ ...config, level: config.logLevel });
const service = createService({ name: config.service, config, log, routes: [] });
onShutdown(() => service.stop(), { grace: config.shutdownGrace, log });

const loading = cachedDataVersionTag();
await service.start();
log.info({ loading, serving: cachedDataVersionTag() }, 'tags');
