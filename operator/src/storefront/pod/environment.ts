/** Environment of a service's container. Secrets are files, never variables. */
import type { Storefront } from '@storefront/crds';
import { type Fleet, loopbackPort, type ServiceEntry } from '../../fleet.ts';
import { integrationVariables } from '../integrations.ts';
import { scopeOf, urlOf } from '../names.ts';
import { pairHalves } from '../secrets-of.ts';
import { address, mediaUrl, usesMedia } from '../stores.ts';
import { drainOf } from './drain.ts';
import { storeVariables } from './store-variables.ts';
import { files, mailSecret } from './volumes.ts';

export type Variable = { name: string; value: string };

/** Everything kit's configuration reads, in a fixed order. */
export function environmentOf(storefront: Storefront, fleet: Fleet, service: string): Variable[] {
  const variables = {
    ...commonVariables(storefront, fleet, service),
    ...storeVariables(storefront, fleet, service),
    ...(usesMedia(fleet[service]!) ? { MEDIA_URL: mediaUrl(storefront) } : {}),
    ...mailVariables(storefront, fleet[service]!),
    ...integrationVariables(storefront, fleet[service]!),
    ...callVariables(fleet, service),
    ...beliefVariables(fleet, service),
    ...(fleet[service]?.edge ? { MERCHANT_TOKEN_FILE: `${files.merchant}/token` } : {}),
    ...(fleet[service]?.guests ? { GUEST_KEY_FILE: `${files.guests}/guest-key` } : {}),
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

/** `requireTLS` as Nodemailer knows it: without it a server that offers no STARTTLS is spoken to in clear. */
function mailVariables(storefront: Storefront, entry: ServiceEntry): Record<string, string> {
  const smtp = storefront.spec.mail?.smtp;
  if (!entry.mails || !smtp) return {};
  const url = `${smtp.tls === 'Implicit' ? 'smtps' : 'smtp'}://${address(smtp)}`;
  return {
    MAIL_URL: smtp.tls === 'StartTls' ? `${url}?requireTLS=true` : url,
    MAIL_FROM: smtp.from,
    ...(mailSecret(storefront, entry) ? { MAIL_DIR: files.mail } : {}),
  };
}

/** Where the public halves are of those whose statements it believes. */
const beliefVariables = (fleet: Fleet, service: string): Record<string, string> =>
  Object.fromEntries(
    (fleet[service]!.believes ?? []).map((signer) => [
      `${signer.toUpperCase()}_KEY_FILE`,
      `${files.caller}/${pairHalves(signer).public}`,
    ]),
  );

const callVariables = (fleet: Fleet, service: string): Record<string, string> =>
  Object.fromEntries(
    fleet[service]!.calls.map((callee) => [
      `${callee.toUpperCase()}_URL`,
      `http://127.0.0.1:${loopbackPort(fleet[callee]!)}`,
    ]),
  );
