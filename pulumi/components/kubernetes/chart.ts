import { Release } from '@pulumi/kubernetes/helm/v3/release.js';
import { type ComponentResourceOptions, ComponentResource, type Inputs, type Resource } from '@pulumi/pulumi';
import type { Namespaces } from './namespaces.ts';

/** For an operator of a few objects. */
export const operatorResources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };

export type ChartArgs = {
  /** Of the release. What the chart makes is called by it. */
  release: string;
  /** In `repo`, an `oci://` address, or a path relative to the program. */
  chart: string;
  repo?: string;
  /** A chart of this repository has that of the program. */
  version?: string;
  namespaces: Namespaces;
  namespace: string;
  values: Inputs;
  timeoutSeconds?: number;
  /** What the chart's pods need from their start. */
  needs?: Resource[];
  isGuarded?: boolean;
};

/**
 * A chart, installed whole or not at all: an operator and its kinds, or a server. It ends when the pods are ready, and what depends on
 * it may use the kinds.
 *
 * Inputs: the chart, its version, its values, the namespace. Cost: the nodes that its pods take.
 */
export class Chart extends ComponentResource {
  constructor(name: string, args: ChartArgs, opts?: ComponentResourceOptions) {
    super('storefront:kubernetes:Chart', name, {}, opts);
    const { release, chart, repo, version, namespace, values } = args;
    new Release(
      name,
      {
        name: release,
        chart,
        ...(version === undefined ? {} : { version }),
        ...(repo === undefined ? {} : { repositoryOpts: { repo } }),
        namespace,
        atomic: true,
        timeout: args.timeoutSeconds ?? 600,
        values,
      },
      {
        parent: this,
        protect: args.isGuarded ?? false,
        dependsOn: [args.namespaces.made(namespace), ...(args.needs ?? [])],
      },
    );
    this.registerOutputs();
  }
}
