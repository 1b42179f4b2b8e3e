/** The import table of CONTRIBUTING.md as rules; type-only imports count. What they cannot know is in tests/architecture.test.ts. */

const drivers = ['mongodb', 'bson', 'ioredis', 'pg', 'kysely', 'amqplib', 'stripe', 'google-auth-library'];
const inPackage = (names) => `(^|/)node_modules/(${names.join('|')})/`;
const anyTest = String.raw`(\.test\.tsx?$|/tests/)`;
/** Run by `npm run generate` only. */
const generators = String.raw`^(crds|operator)/src/(generate|to-crd)\.ts$`;
const contracts = String.raw`^services/[^/]+/src/contract(\.ts$|/)`;
const openapi = String.raw`^services/[^/]+/openapi\.json$`;
const kitFor = (names) => `^services/kit/src/(${names.join('|')})`;

/** `name`: what is forbidden, read as a sentence. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    rule(
      'domain-is-pure',
      'domain/ holds rules: it may import its own domain, contracts, commerce, kit/errors, kit/time and zod; no framework, driver, log or I/O.',
      { path: '^services/([^/]+)/src/domain/', pathNot: anyTest },
      {
        pathNot: [
          '^services/$1/src/domain/',
          contracts,
          '^services/commerce/',
          kitFor(['errors', 'time']),
          inPackage(['zod']),
          '^(node:)?(crypto|util|buffer|url)$',
        ],
      },
    ),
    rule(
      'edges-do-not-know-http',
      'store/, events/ and clients/ are used by http/, not the other way round.',
      { path: '^services/([^/]+)/src/(store|events|clients)/' },
      { path: '^services/$1/src/http/' },
    ),
    rule(
      'http-does-not-know-drivers',
      'http/ speaks with stores through their interface.',
      { path: '^services/[^/]+/src/http/', pathNot: ['^services/kit/', anyTest] },
      { path: inPackage(drivers) },
    ),
    rule(
      'a-service-knows-no-other-inside',
      'Of another service only its contract and its openapi.json may be known; besides them kit and commerce.',
      { path: '^services/([^/]+)/' },
      { path: '^services/', pathNot: ['^services/($1|kit|commerce)/', contracts, openapi] },
    ),
    rule(
      'services-know-no-platform',
      'Services run without the operator, the CRDs and the local machine.',
      { path: '^services/' },
      { path: '^(crds|operator|local|tests)/' },
    ),
    rule(
      'kit-knows-no-shop',
      'kit has no shop words: it imports libraries only.',
      { path: '^services/kit/' },
      { path: '^services/', pathNot: '^services/kit/' },
    ),
    rule(
      'commerce-is-pure',
      'commerce holds words and arithmetic: zod and itself.',
      { path: '^services/commerce/src/', pathNot: anyTest },
      { pathNot: ['^services/commerce/src/', inPackage(['zod'])] },
    ),
    rule(
      'operator-knows-no-service',
      'The operator may import crds, libraries, and of kit what every process needs.',
      { path: '^operator/' },
      {
        path: '^(services|local|tests)/',
        pathNot: kitFor('log config metrics health tracing shutdown time errors testing broker/topology'.split(' ')),
      },
    ),
    rule(
      'crds-know-zod-only',
      'The schema of the kind depends on nothing but zod; what makes the YAML of it may use more.',
      { path: '^crds/src/', pathNot: [anyTest, generators] },
      { pathNot: ['^crds/src/', inPackage(['zod'])] },
    ),
    rule(
      'crds-know-no-other-package',
      'crds stand alone.',
      { path: '^crds/' },
      { path: '^(services|operator|local|tests)/' },
    ),
    rule(
      'local-knows-no-service-inside',
      "local may import crds, the operator's front door, contracts and commerce.",
      { path: '^local/' },
      {
        path: '^(services|operator|tests)/',
        pathNot: [contracts, '^services/commerce/', operatorDoor(), kitFor(['testing'])],
      },
    ),
    rule(
      'platform-knows-no-code-of-ours',
      'The Pulumi program reads charts and crds as files, so that it can be taken elsewhere; its tests know the kind.',
      { path: '^pulumi/' },
      { path: '^(crds|services|operator|local|tests)/', pathNot: '^crds/src/storefront[.]ts$' },
    ),
    rule(
      'platform-ships-without-the-kind',
      'Only tests of the Pulumi program may import the schema.',
      { path: '^pulumi/', pathNot: anyTest },
      { path: '^crds/' },
    ),
    rule(
      'nobody-knows-the-platform',
      'The Pulumi program has packages of its own, which nothing else may need.',
      { pathNot: '^pulumi/' },
      { path: '^pulumi/' },
    ),
    rule(
      'browser-code-is-light',
      "web's client may import its own parts, contracts, commerce and Preact: no kit, no node.",
      { path: '^services/web/src/client/' },
      {
        pathNot: ['^services/web/src/', contracts, '^services/commerce/', inPackage(['preact', '@preact/[^/]+'])],
      },
    ),
    rule(
      'components-are-light',
      'Components are sent to the browser too: no kit, no server code.',
      { path: '^services/web/src/components/', pathNot: anyTest },
      { path: ['^services/kit/', '^services/web/src/(http|clients|app|main)'] },
    ),
    rule(
      'components-know-no-node',
      'Components are sent to the browser too: nothing of Node.',
      { path: '^services/web/src/components/', pathNot: anyTest },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'tests-use-front-doors',
      'tests/ sees what a user sees: HTTP, kubectl, crds, the fleet table, contracts.',
      { path: '^tests/' },
      {
        path: '^(services|operator|local|crds)/',
        pathNot: ['^crds/', operatorDoor(), contracts, openapi, '^services/commerce/', kitFor(['testing', 'time'])],
      },
    ),
    rule(
      'test-aids-stay-in-tests',
      'kit/testing holds test keys and test stores.',
      { pathNot: [anyTest, '^tests/', '^services/kit/src/testing/', '/bench/'] },
      { path: '^services/kit/src/testing/' },
    ),
    rule('code-knows-no-tests', 'What ships does not import tests.', { pathNot: anyTest }, { path: anyTest }),
    rule(
      'no-circle',
      'Two files that import each other are one thought in two places, or two in one.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule('imports-resolve', 'Every import leads to a file.', {}, { couldNotResolve: true }),
    rule(
      'dependencies-are-declared',
      "A package's manifest names what it imports; what the whole repository is tested with stands in the root's.",
      { pathNot: '^tests/architecture' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: inPackage(['typescript', 'vitest']) },
    ),
    rule(
      'what-ships-needs-no-development-dependency',
      'The image has no development dependencies.',
      { path: '^(services|operator|crds)/[^/]*/?src/', pathNot: [anyTest, 'src/testing/', generators] },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: inPackage(['@types/[^/]+', 'vite']) },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: [String.raw`^(?:(?!node_modules/).)*/(dist|golden)/`, String.raw`^\.local/`] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};

function operatorDoor() {
  return String.raw`^operator/src/(fleet\.ts|labels\.ts|storefront/render\.ts)$`;
}
