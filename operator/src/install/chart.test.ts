import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { permissions } from '../permissions.ts';
import { chartFiles, installNamespace } from './chart.ts';
import { defaults, Values } from './values.ts';

const crd = readFileSync(join(import.meta.dirname, '../../../crds/generated/storefronts.storefront.dev.yaml'), 'utf8');
const files = Object.fromEntries(chartFiles(crd).map(({ path, content }) => [path, content]));
const templates = Object.entries(files).filter(([path]) => path.includes('/templates/'));
const installed = parseAllDocuments(files['charts/storefront-operator/install.yaml']!).map(
  (document) => document.toJS() as { kind: string; metadata: { name: string } },
);

/** What Helm does with the three forms of expression that the templates have. */
const substitute = (template: string) =>
  template.replaceAll(/\{\{ (\S+)(?: \| (toJson))? \}\}/g, (_, path: string, asJson?: string) => {
    if (path === '.Release.Namespace') return installNamespace;
    const value = defaults[path.replace('.Values.', '') as keyof typeof defaults];
    return asJson ? JSON.stringify(value) : String(value as string | number);
  });

describe('the chart', () => {
  it('installs with its defaults what install.yaml installs, apart from the namespace and its default', () => {
    const fromChart = templates.map(([, template]) => parse(substitute(template)) as { kind: string });
    const apart = installed.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.name !== 'default-deny');
    expect(fromChart).toHaveLength(apart.length);
    for (const object of apart) expect(fromChart).toContainEqual(object);
  });

  it('has no expression that its values do not answer', () => {
    for (const [path, template] of templates) {
      const names = [...template.matchAll(/\.Values\.(\w+)/g)].map(([, name]) => name!);
      expect(Object.keys(defaults), path).toEqual(expect.arrayContaining(names));
      expect(substitute(template), path).not.toContain('undefined');
    }
  });

  it('takes its defaults, and refuses a value that it does not know', () => {
    expect(Values.parse(parse(files['charts/storefront-operator/values.yaml']!))).toEqual(defaults);
    expect(Values.safeParse({ ...defaults, replicas: 2 }).success).toBe(false);
  });

  it('keeps the kind, and so all shops, when it is uninstalled', () => {
    const kind = installed.find((one) => one.kind === 'CustomResourceDefinition');
    expect(kind).toMatchObject({ metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } } });
  });

  it('asks for exactly the rights that the operator lists, and no wildcard', () => {
    const role = installed.find(({ kind }) => kind === 'ClusterRole') as unknown as { rules: unknown };
    expect(role.rules).toEqual(permissions);
    expect(JSON.stringify(role)).not.toContain('"*"');
  });
});
