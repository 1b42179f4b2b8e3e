/** What the rules are put to: both stacks and their other modes, what the operator makes and its chart installs, and lawful others. */
import { changed, type Subject } from './engine/analyzer.ts';
import { type Registered, runProgram } from './engine/engine.ts';
import { subjectsIn } from './engine/manifests.ts';
import { type Config, configOf, settingsOf, type Stack } from './engine/stacks.ts';
import { opened } from './engine/wire.ts';
import { lawful } from './lawful.ts';

/** By stack; `preview` is one of prod, in which no value of any resource is known. */
export type Recorded = Record<'dev' | 'prod' | 'valkey' | 'autopilot' | 'preview', Subject[]>;

export async function recordStacks(): Promise<Recorded> {
  const { caches, cluster } = settingsOf('prod') as Record<string, Config>;
  return {
    dev: await registered('dev'),
    prod: await registered('prod'),
    valkey: await registered('prod', { caches: { ...caches, engine: 'Valkey' } }),
    autopilot: await registered('prod', { cluster: { ...cluster, mode: 'Autopilot' } }),
    preview: await registered('prod', {}, true),
  };
}

async function registered(stack: Stack, change: Config = {}, preview = false): Promise<Subject[]> {
  const run = await runProgram({ stack, config: configOf({ ...settingsOf(stack), ...change }), preview });
  if (run.log !== '') throw new Error(`${stack}: ${run.log}`);
  return run.resources.map(subject);
}

/** As the engine hands it to a policy pack: secrets opened, and a provider for what one makes. */
function subject({ type, name, urn, inputs, provider, isCustom }: Registered): Subject {
  const isMade = isCustom && !type.startsWith('pulumi:');
  return { type, name, urn, inputs: opened(inputs) as Subject['inputs'], ...(isMade ? { provider } : {}) };
}

/** What the operator makes of the production sample, and what its chart installs, with the image that the program gives it. */
export function manifests(): Subject[] {
  const all = [
    ...subjectsIn('operator/golden/production.yaml'),
    ...subjectsIn('charts/storefront-operator/install.yaml'),
  ];
  const image = `europe-docker.pkg.dev/acme-shop/storefront@sha256:${'0'.repeat(64)}`;
  return all
    .map((each) =>
      each.type.endsWith(':Deployment') && each.name === 'storefront-operator'
        ? changed(each, 'spec.template.spec.containers.0.image', image)
        : each,
    )
    .map(withoutHash);
}

/** Jobs are named for what they run, which changes with the operator. */
function withoutHash(subject: Subject): Subject {
  if (!subject.type.endsWith(':Job')) return subject;
  const name = subject.name.replace(/-[0-9a-f]{8}$/, '');
  return { ...changed(subject, 'metadata.name', name), name };
}

/** Everything that may be changed for a mutation: production, its other modes under other names, and what the cluster holds. */
export function subjectsOf({ prod, valkey, autopilot }: Recorded): { subjects: Subject[]; inCluster: Subject[] } {
  const [onAutopilot] = autopilot.filter(({ type }) => type === 'gcp:container/cluster:Cluster');
  const made = manifests();
  const recorded = [
    ...prod,
    ...valkey.filter(({ type }) => type === 'gcp:memorystore/instance:Instance'),
    ...(onAutopilot ? [{ ...onAutopilot, name: 'cluster-on-autopilot' }] : []),
    ...made,
  ];
  const others = lawful((end, name) => find(recorded, end, name));
  // The kind itself is as big as all the rest together.
  const isSmall = ({ type }: Subject) => type.startsWith('kubernetes:') && !type.endsWith(':CustomResourceDefinition');
  const inCluster = [...made, ...others].filter(isSmall);
  return { subjects: [...recorded, ...others], inCluster };
}

export function find(subjects: readonly Subject[], end: string, name: string): Subject {
  const [found, ...more] = subjects.filter((each) => each.type.endsWith(end) && each.name === name);
  if (!found || more.length > 0) throw new Error(`there are ${more.length + (found ? 1 : 0)} of ${end} ${name}`);
  return found;
}
