/** Files of the Helm chart and of install.yaml, from one set of objects. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { operatorObjects, type Settings } from './objects.ts';
import { defaults, Values } from './values.ts';

export type GeneratedFile = { path: string; content: string };

const folder = 'charts/storefront-operator';
export const installNamespace = 'storefront-system';

const notice = '# Generated from operator/src/install; change it there, then: npm run generate\n';
const version = '0.1.0';

/** Templates only substitute, by `.Values` and `toJson`: whatever needs more belongs into the objects. */
export const templateSettings: Settings = {
  namespace: '{{ .Release.Namespace }}',
  image: '{{ .Values.image }}',
  imagePullPolicy: '{{ .Values.imagePullPolicy }}',
  imagePullSecrets: '{{ .Values.imagePullSecrets | toJson }}',
  logLevel: '{{ .Values.logLevel }}',
  workers: '{{ .Values.workers }}',
  resources: '{{ .Values.resources | toJson }}',
  nodeSelector: '{{ .Values.nodeSelector | toJson }}',
  tolerations: '{{ .Values.tolerations | toJson }}',
};

export const installSettings: Settings = {
  ...defaults,
  workers: String(defaults.workers),
  namespace: installNamespace,
};

export function chartFiles(crd: string): GeneratedFile[] {
  const templates = Object.entries(operatorObjects(templateSettings)).map(([name, object]) => ({
    path: `${folder}/templates/${name}.yaml`,
    content: notice + template(object),
  }));
  return [
    { path: `${folder}/Chart.yaml`, content: notice + toYaml(chart) },
    { path: `${folder}/values.yaml`, content: notice + toYaml(defaults) },
    { path: `${folder}/values.schema.json`, content: `${JSON.stringify(z.toJSONSchema(Values), null, 2)}\n` },
    // Among the templates, since Helm never upgrades what is in crds/; kept, since removing the kind removes all shops.
    { path: `${folder}/templates/crd.yaml`, content: notice + keep(crd) },
    ...templates,
    { path: `${folder}/install.yaml`, content: notice + install(crd) },
  ];
}

const chart = {
  apiVersion: 'v2',
  name: 'storefront-operator',
  description: 'Turns a Storefront into a running shop',
  type: 'application',
  version,
  appVersion: version,
  kubeVersion: '>=1.33.0-0',
};

const install = (crd: string): string =>
  [
    toYaml(namespace),
    toYaml(defaultDeny),
    keep(crd),
    ...Object.values(operatorObjects(installSettings)).map(toYaml),
  ].join('---\n');

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: installNamespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

/** Who makes the namespace decides for all of it; the chart, which may be installed beside others, for the operator alone. */
const defaultDeny = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'default-deny', namespace: installNamespace },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
};

/** An expression that becomes an object must stand without quotes. */
const template = (object: object): string => toYaml(object).replaceAll(/"(\{\{ [^"]+ \| toJson \}\})"/g, '$1');

function keep(crd: string): string {
  const text = crd.replace(/^(#.*\n)+/, '').replace(/^---\n/, '');
  const line = '    helm.sh/resource-policy: keep\n';
  return /^ {2}annotations:\n/m.test(text)
    ? text.replace(/^ {2}annotations:\n/m, (match) => match + line)
    : text.replace(/^metadata:\n/m, `metadata:\n  annotations:\n${line}`);
}

const toYaml = (value: object): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
