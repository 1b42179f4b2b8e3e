import { Failure } from './steps.ts';

/** What a person may say after `make <command>`: variables of make, which arrive as environment variables. */
export type Options = {
  /** PORT: where the shop answers on 127.0.0.1. */
  port: number;
  /** CONTEXT: a kubeconfig context of a cluster the person already has, instead of this machine's own. */
  context: string | undefined;
  /** IMAGE and FILE: with CONTEXT, an image that cluster can pull, and the Storefront to apply. */
  image: string | undefined;
  file: string | undefined;
  /** S: a service's name. */
  service: string | undefined;
  /** ARGS: passed on as they are. */
  args: string;
  /** MINUTES: how long it goes on. */
  minutes: number;
  /** FOLLOW=1: go on reading, also where nobody watches. */
  follow: boolean;
  /** JSON=1: for programs. */
  json: boolean;
  /** YES=1: do not ask. */
  yes: boolean;
};

/** A command is a module `commands/<name>.ts` with this export; what it returns is the exit code. */
export type CommandModule = { run: (options: Options) => Promise<number | void> };

export function readOptions(env: NodeJS.ProcessEnv, flags: readonly string[] = []): Options {
  const isOn = (name: string) => flags.includes(`--${name.toLowerCase()}`) || /^(1|true|yes)$/i.test(env[name] ?? '');
  return {
    port: Number(env['PORT'] || 8080),
    context: env['CONTEXT'] || undefined,
    image: env['IMAGE'] || undefined,
    file: env['FILE'] || undefined,
    service: env['S'] || undefined,
    args: env['ARGS'] ?? '',
    minutes: Number(env['MINUTES'] || 10),
    follow: isOn('FOLLOW'),
    json: isOn('JSON'),
    yes: isOn('YES'),
  };
}

/** Namespaces and mounts are root's; a look at what is missing is not, nor a cluster that the person has. */
export function needsRoot(command: string, { context }: Options): boolean {
  return command !== 'doctor' && context === undefined;
}

export function refuseOtherUsers(uid = process.getuid?.()): void {
  if (uid !== 0)
    throw new Failure('not root: namespaces, mounts and containers need it.', 'Run it as root: sudo -E make …');
}
