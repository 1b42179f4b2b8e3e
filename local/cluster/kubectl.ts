import { inside, networkExists } from '../network.ts';
import { paths } from '../paths.ts';
import { execute, type ExecuteOptions } from '../process.ts';
import { Failure } from '../steps.ts';
import { program } from '../tools/programs.ts';

/** Which cluster: the machine's own one, or a context of the person's kubeconfig (`CONTEXT=…`). */
export type Target = { context?: string };

/** The whole command line of a kubectl that talks to the target. */
export function kubectlCommand(target: Target, args: readonly string[]): string[] {
  if (target.context) return ['kubectl', '--context', target.context, ...args];
  if (!networkExists()) throw new Failure('The cluster is not running.', 'Start it: make up');
  return inside([program('kubectl'), '--kubeconfig', paths.kubeconfig, ...args]);
}

export type Kubectl = {
  run: (args: readonly string[], options?: ExecuteOptions) => Promise<string>;
  /** One object, or a list; undefined when there is none of that name. */
  get: <Kind>(args: readonly string[]) => Promise<Kind | undefined>;
  /** Applies objects server-side as `fieldManager`. */
  apply: (objects: readonly object[], fieldManager?: string) => Promise<void>;
};

export function createKubectl(target: Target = {}): Kubectl {
  const run: Kubectl['run'] = (args, options) => execute(kubectlCommand(target, args), options);
  return {
    run,
    async get<Kind>(args: readonly string[]) {
      const text = await run(['get', '--ignore-not-found', '-o', 'json', ...args]);
      return text.trim() === '' ? undefined : (JSON.parse(text) as Kind);
    },
    async apply(objects, fieldManager = 'storefront-local') {
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      await run(['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '-f', '-'], {
        input,
      });
    },
  };
}
