/** Environment of a service's container. Secrets are files, never variables. */
import type { Storefront } from '@storefront/crds';
import { type Fleet, loopbackPort } from '../../fleet.ts';
import { scopeOf, urlOf } from '../names.ts';
import { mediaUrl, serverOf, serversUsed, storeUrl, usesMedia } from '../stores.ts';
import { drainOf } from './drain.ts';
import { files } from './volumes.ts';

export type Variable = { name: string; value: string };

/** Everything kit's configuration reads, in a fixed order. */
export function environmentOf(storefront: Storefront, fleet: Fleet, service: string): Variable[] {
  const variables = {
    ...commonVariables(storefront, fleet, service),
    ...storeVariables(storefront, fleet, service),
    ...callVariables(fleet, service),
    ...(fleet[service]?.edge ? { MERCHANT_TOKEN_FILE: `${files.merchant}/token` } : {}),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

function commonVariables({ spec, ...rest }: Storefront, fleet: Fleet, service: string): Record<string, string> {
  const entry = fleet[service]!;
  const traces = spec.telemetry?.traces;
  return {
    SERVICE: service,
    SCOPE: scopeOf({ spec, ...rest }),
    RELEASE: spec.release.version,
    HOST: '0.0.0.0',
    PORT: String(entry.port),
    LOG_LEVEL: spec.telemetry?.logLevel ?? 'info',
    SHUTDOWN_GRACE: `${drainOf(entry).appSeconds}s`,
    LOCALE: spec.locale,
    TIME_ZONE: spec.timeZone,
    CURRENCIES: spec.currencies.join(','),
    COUNTRIES: spec.countries.join(','),
    PUBLIC_URL: urlOf({ spec, ...rest }),
    CREDENTIALS_DIR: files.credentials,
    CALLER_DIR: files.caller,
    ...(traces ? { TRACES_ENDPOINT: traces.endpoint, TRACES_SAMPLE: String(traces.sampleRatio ?? 0.01) } : {}),
  };
}

function storeVariables(storefront: Storefront, fleet: Fleet, service: string): Record<string, string> {
  const entry = fleet[service]!;
  const servers = serversUsed(entry).flatMap((store) => {
    const name = store.toUpperCase();
    const url = [`${name}_URL`, storeUrl(storefront, service, store, entry)];
    const ca = serverOf(storefront, store).tls?.caSecretRef;
    return ca ? [url, [`${name}_CA_FILE`, `${files.ca}/${store}/ca.crt`]] : [url];
  });
  return {
    ...Object.fromEntries(servers),
    ...(usesMedia(entry) ? { MEDIA_URL: mediaUrl(storefront) } : {}),
  };
}

const callVariables = (fleet: Fleet, service: string): Record<string, string> =>
  Object.fromEntries(
    fleet[service]!.calls.map((callee) => [
      `${callee.toUpperCase()}_URL`,
      `http://127.0.0.1:${loopbackPort(fleet[callee]!)}`,
    ]),
  );
