import { type Fleet, isBelieved, type ServiceEntry, usesBroker } from '@storefront/operator/fleet';
import { isCode, isTest, withoutComments, type Sources } from './sources.ts';

/** Where the code of a service draws an arrow that the fleet table does not, or the other way round. */
export function arrowProblems(sources: Sources, fleet: Fleet): string[] {
  const present = new Set(
    [...sources.keys()].flatMap((path) => /^services\/([^/]+)\/src\/main\.ts$/.exec(path)?.[1] ?? []),
  );
  const problems = different('the fleet table', 'services/', Object.keys(fleet), [...present]);
  for (const [name, entry] of Object.entries(fleet))
    if (present.has(name)) problems.push(...ofService(sources, name, entry, fleet));
  return problems;
}

function ofService(sources: Sources, name: string, entry: ServiceEntry, fleet: Fleet): string[] {
  const here = `services/${name}/src`;
  const declared = (what: string) => `${what} of ${name} in the fleet table`;
  const code = codeOf(sources, here);
  const config = withoutComments(sources.get(`${here}/config.ts`) ?? '');
  const urls = namedUrls(config);
  const events = [...codeOf(sources, `${here}/events/`).matchAll(/'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g)];
  const kinds = Object.values(entry.stores).map(({ kind }) => kind);
  const connected = [...code.matchAll(/\bconnect(Mongo|Redis|Shards)[<(]/g)].map(([, driver = '']) => kindOf[driver]);
  const isMigrating = sources.has(`${here}/migrate.ts`);
  return [
    ...different(
      declared('the calls'),
      `${here}/config.ts`,
      entry.calls,
      urls.filter((url) => url in fleet),
    ),
    ...different(
      declared('the stores'),
      `${here}/config.ts`,
      [
        ...Object.keys(entry.stores),
        ...(usesBroker(entry) ? ['broker'] : []),
        ...(entry.mails ? ['mail'] : []),
        ...(entry.integration ? outsideUrls[entry.integration] : []),
      ],
      [...urls.filter((url) => !(url in fleet)), ...outsideIn(code, entry)],
    ),
    ...different(
      declared('the keys'),
      `${here}/config.ts`,
      entry.guests ? ['guestKeyFile'] : [],
      /\bguestKeyFile\b/.exec(config) ?? [],
    ),
    ...beliefProblems(sources, name, fleet),
    ...different(
      declared('the stores’ kinds'),
      here,
      kinds.filter((kind) => kind !== 'media'),
      connected.filter((kind) => kind !== undefined),
    ),
    ...different(
      declared('the events'),
      `${here}/events`,
      [...entry.publishes, ...entry.consumes],
      events.map(([, event = '']) => event),
    ),
    ...(isMigrating === (entry.migrates ?? false)
      ? []
      : [`${here}/migrate.ts and "migrates" of ${name} must go together`]),
  ];
}

/** Who believes names the key in its configuration; who is believed signs. */
function beliefProblems(sources: Sources, name: string, fleet: Fleet): string[] {
  const here = `services/${name}/src`;
  const config = withoutComments(sources.get(`${here}/config.ts`) ?? '');
  const signs = /\bcreateStatementSigner\(/.test(codeOf(sources, here));
  return [
    ...different(
      `the beliefs of ${name} in the fleet table`,
      `${here}/config.ts`,
      fleet[name]?.believes ?? [],
      [...config.matchAll(/\bbeliefConfig\('([\w-]+)'\)/g)].map(([, signer = '']) => signer),
    ),
    ...(signs === isBelieved(fleet, name)
      ? []
      : [`${here} must make statements if others believe "${name}", and only then`]),
  ];
}

/** What a service that works with other companies asks an address of, apart from a list of carriers. */
const outsideUrls: Readonly<Record<NonNullable<ServiceEntry['integration']>, readonly string[]>> = {
  payments: ['stripe', 'stripeScript'],
  carriers: [],
};

/** The same, wherever the service reads it: its accounts at companies may have a file of their own. */
const outsideIn = (code: string, { integration }: ServiceEntry): string[] =>
  integration ? namedUrls(code).filter((url) => outsideUrls[integration].includes(url)) : [];

/** The kind of a store by the function of kit that connects to it. */
const kindOf: Readonly<Record<string, string>> = { Mongo: 'mongo', Redis: 'redis', Shards: 'postgres' };

/** What `config.ts` asks an address of: `callConfig('product')`, `storeConfig('cache')`, `shardsConfig('orders')`, `mediaUrl:`. */
function namedUrls(config: string): string[] {
  const spread = [...config.matchAll(/\b(?:call|store|shards)Config\('(\w+)'\)/g)].map(([, name = '']) => name);
  const plain = [...config.matchAll(/\b(\w+)Url:/g)].map(([, name = '']) => name);
  return [...spread, ...plain.filter((name) => name !== 'public')];
}

function codeOf(sources: Sources, folder: string): string {
  const texts = [...sources].filter(([path]) => path.startsWith(folder) && isCode(path) && !isTest(path));
  return withoutComments(texts.map(([, text]) => text).join('\n'));
}

function different(table: string, place: string, declared: readonly string[], drawn: readonly string[]): string[] {
  const missing = [...new Set(declared)].filter((name) => !drawn.includes(name));
  const extra = [...new Set(drawn)].filter((name) => !declared.includes(name));
  return [
    ...missing.map((name) => `${place} does not have "${name}" of ${table}`),
    ...extra.map((name) => `${place} has "${name}", which is not in ${table}`),
  ];
}
