/** The README's tables, each row of them, against what the program makes and the tests are called. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '../config.ts';
import { quotaOf } from '../config/rules/network.ts';
import { policies } from '../policy/rules.ts';
import { monthlyCost, prices, total } from '../prices.ts';
import { type Registered, runProgram } from './engine/engine.ts';
import { refusalsIn, within } from './engine/refusals.ts';
import { committed, type Config, configOf, settingsOf, type Stack } from './engine/stacks.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Cells of the table that begins with this row, without its head. */
function rowsOf(head: string): string[][] {
  const [table = ''] = readme.slice(readme.indexOf(head)).split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const resources = {} as Record<Stack, Registered[]>;
const onValkey = {} as Record<Stack, Registered[]>;

beforeAll(async () => {
  for (const stack of ['dev', 'prod'] satisfies Stack[]) {
    resources[stack] = await made(stack, {});
    onValkey[stack] = await made(stack, within(stack, 'caches', { engine: 'Valkey' }));
  }
});

async function made(stack: Stack, change: Config): Promise<Registered[]> {
  const run = await runProgram({ stack, config: configOf({ ...settingsOf(stack), ...change }) });
  expect(run.log).toBe('');
  return run.resources.filter(({ isCustom }) => isCustom);
}

describe('prices', () => {
  /** A row for each part of the bill, their sum, and what the other engine would cost. */
  function priceTable(): string {
    const bills = { dev: monthlyCost(resources.dev), prod: monthlyCost(resources.prod) };
    const money = (dollars: number) => dollars.toLocaleString('en');
    const row = (title: string, cell: (stack: Stack) => string) => `| ${title} | ${cell('dev')} | ${cell('prod')} |`;
    const rows = [
      ...Object.keys(bills.prod)
        .toSorted()
        .map((part) => row(part, (stack) => money(bills[stack][part] ?? 0))),
      row('together', (stack) => `**$${money(total(bills[stack]))}**`),
      row('Memorystore, if it were Valkey', (stack) => money(monthlyCost(onValkey[stack])['Memorystore'] ?? 0)),
    ];
    return ['| | dev | prod |', '|---|---|---|', ...rows].join('\n');
  }

  it('are those of what the stacks make, row by row', () => {
    const [table] = readme.slice(readme.indexOf('| | dev', readme.indexOf('**Price**'))).split('\n\n');
    expect(table).toBe(priceTable());
    expect(readme).toContain(prices.read);
  });
});

describe('permissions', () => {
  /** What `roles/editor` does not hold: who may do what, the hand-over to Google's producers, names, money. */
  const needed: Record<string, string> = {
    'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember': 'roles/artifactregistry.admin',
    'gcp:billing/budget:Budget': 'roles/billing.costsManager',
    'gcp:container/cluster:Cluster': 'roles/container.admin',
    'gcp:dns/recordSet:RecordSet': 'roles/dns.admin',
    'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember': 'roles/cloudkms.admin',
    'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy':
      'roles/networkconnectivity.consumerNetworkAdmin',
    'gcp:projects/iAMMember:IAMMember': 'roles/resourcemanager.projectIamAdmin',
    'gcp:secretmanager/secretIamMember:SecretIamMember': 'roles/secretmanager.admin',
    'gcp:serviceaccount/account:Account': 'roles/iam.serviceAccountAdmin',
    'gcp:servicenetworking/connection:Connection': 'roles/servicenetworking.networksAdmin',
    'gcp:storage/bucketIAMMember:BucketIAMMember': 'roles/storage.admin',
  };

  it('are those that the program needs, and no others', () => {
    const named = rowsOf('| Permission |').flatMap(([cell]) => [...(cell as string).matchAll(/`(roles\/[\w.]+)`/g)]);
    const made = new Set(resources.prod.map(({ type }) => type));
    const used = Object.entries(needed).filter(([type]) => made.has(type));
    expect(new Set(named.map(([, role]) => role))).toEqual(new Set(['roles/editor', ...used.map(([, role]) => role)]));
  });

  it('are thought of for every grant', () => {
    const grants = resources.prod.filter(({ type }) => /iammember$/i.test(type)).map(({ type }) => type);
    expect([...new Set(grants)].filter((type) => !(type in needed))).toEqual([]);
  });
});

describe('the way to a shop', () => {
  const [way = ''] = readme.split('\n## Day two\n');

  /** As `pulumi config set --path` does it: what looks like a number is one. */
  function configured(settings: Config): Config {
    const all = structuredClone(settings);
    for (const [, path, type, quoted, word] of way.matchAll(
      /^pulumi config set (?:--secret )?(?:--path )?'?([\w.[\]-]+)'? (--type string )?(?:'([^']+)'|(\S+))/gm,
    )) {
      const steps = path!.split(/[.[\]]+/).filter((step) => step !== '');
      const last = steps.pop() as string;
      const holder = steps.reduce<Config>(
        (at, step, index) => (at[step] ??= /^\d+$/.test(steps[index + 1] ?? last) ? [] : {}) as Config,
        all,
      );
      const text = (quoted ?? word!).replace('…', 'f'.repeat(64));
      holder[last] = /^\d+$/.test(text) && !type ? Number(text) : text;
    }
    return all;
  }

  it.each(['dev', 'prod'] as const)('sets whatever the stack %s lacks, before it is made', (stack) => {
    expect(refusalsIn(committed(stack)).length).toBeGreaterThan(5);
    expect(refusalsIn(configured(committed(stack)))).toEqual([]);
    expect(way.lastIndexOf('\npulumi config set ')).toBeLessThan(way.indexOf('\npulumi up '));
  });

  it('shows no `pulumi up` without the policy pack', () => {
    const commands = [...readme.matchAll(/^pulumi up\b.*|&& pulumi up\b.*|`pulumi up --[^`]*`/gm)].map(
      ([text]) => text,
    );
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter((text) => !text.includes('pulumi up --policy-pack pulumi/policy'))).toEqual([]);
  });
});

describe('quotas', () => {
  const poolsOf = (stack: Stack) => (settingsOf(stack)['cluster'] as Settings['cluster']).pools;

  function volumeGb(stack: Stack): number {
    const [mongo, broker, discovery] = ['mongo', 'broker', 'discovery'].map((name) => settingsOf(stack)[name]) as [
      { shards: number; members: number; diskGb: number },
      { nodes: number; diskGb: number },
      { servers: number; diskGb: number },
    ];
    const configServers = mongo.members * 10;
    return (
      mongo.shards * mongo.members * mongo.diskGb +
      configServers +
      broker.nodes * broker.diskGb +
      discovery.servers * discovery.diskGb
    );
  }

  it('are those of full pools', () => {
    const cells = rowsOf('| Quota (region) |').map((cells) => cells.slice(1));
    const of = (count: (stack: Stack) => string) => [count('dev'), count('prod')];
    const terabytes = (gigabytes: number) => `${Math.ceil(gigabytes / 100) / 10} TB`;
    expect(cells).toEqual([
      of((stack) => String(quotaOf(poolsOf(stack), ({ machine }) => Number(machine.split('-').at(-1))))),
      of((stack) => terabytes(quotaOf(poolsOf(stack), ({ diskGb }) => diskGb) + volumeGb(stack))),
      of((stack) => String(resources[stack].filter(({ type }) => type.endsWith(':DatabaseInstance')).length)),
    ]);
  });
});

describe('the side by side table', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.includes('node_modules') && /\.(test\.ts|yaml)$/.test(path),
  );
  const textOf = (name: string): string => {
    const found = files.filter(
      (path) => path.endsWith(name.includes('/') ? name : `/${name}`) || path === basename(name),
    );
    return found.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  };
  const rules = new Set(policies.map(({ name }) => name));

  /** What a cell claims, one by one: rules by name, a text in a file of tests or a golden file, a text that is in none. */
  function claimsIn(cell: string): [claim: string, isTrue: boolean][] {
    return cell.split('; ').flatMap((part): [string, boolean][] => {
      const named = [...part.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      if (/^rules? /.test(part)) return named.map((name) => [name, isRule(name)]);
      const [, lacks, file, text] = /^(no |)(?:`[^`]+` in |)`([\w/.-]+)`(?:: (.+))?$/.exec(part) ?? [];
      if (file === undefined) return [[part, false]];
      return lacks
        ? [[part, textOf(file) !== '' && !textOf(file).includes(named[0] as string)]]
        : [[part, text !== undefined && textOf(file).includes(text)]];
    });
  }

  const isRule = (name: string): boolean =>
    name.endsWith('*') ? [...rules].some((rule) => rule.startsWith(name.slice(0, -1))) : rules.has(name);

  const rows = rowsOf('| Feature |');

  it('has a row for every feature that is compared', () => {
    expect(rows.length).toBeGreaterThanOrEqual(31);
    expect(rows.filter((cells) => cells.length !== 5)).toEqual([]);
  });

  it.each(rows.map(([feature, , , , shown]) => [feature as string, shown as string]))(
    '%s: is shown by what it names',
    (_feature, shown) => {
      const claims = claimsIn(shown);
      expect(claims.length).toBeGreaterThan(0);
      expect(claims.filter(([, isTrue]) => !isTrue)).toEqual([]);
    },
  );

  it('says that something is absent only where a file shows it', () => {
    const absent = rows.filter(([, , , here, shown]) => here?.includes('✖') !== shown?.includes('no `'));
    expect(absent).toEqual([]);
  });
});

it('names files that there are', () => {
  const linked = [...readme.matchAll(/\]\((?!#|https?:)([^)]+)\)/g)].map(([, path]) => path as string);
  expect(linked.length).toBeGreaterThan(8);
  expect(linked.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
