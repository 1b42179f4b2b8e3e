import { ProgramError } from '../process.ts';
import { Failure } from '../steps.ts';

const causes: readonly { pattern: RegExp; why: string; remedy: string }[] = [
  {
    pattern: /dial tcp|no such host|could not resolve|temporary failure resolving|connection timed out/i,
    why: 'a registry could not be reached.',
    remedy: 'Check the network and the proxy settings, then run the command again: what is done is kept.',
  },
  {
    pattern: /checksum mismatch|SECURITY ERROR|Hash Sum mismatch|NO_PUBKEY|BADSIG/i,
    why: 'what was downloaded is not what is pinned or signed. Nothing of it was used.',
    remedy: 'Find out what stands between this machine and the registry before trying again.',
  },
  {
    pattern: /signal: killed|out of memory|cannot allocate memory/i,
    why: 'the memory did not suffice.',
    remedy: 'Close what else runs, then run the command again.',
  },
];

/** Turns a failed program into a message with cause and remedy; anything else stays what it is. */
export function asFailure(what: string, error: unknown): unknown {
  if (!(error instanceof ProgramError)) return error;
  const known = causes.find(({ pattern }) => pattern.test(error.output));
  const why = known?.why ?? 'its output ends with the lines below.';
  const lines = error.output.split('\n').slice(-12).join('\n');
  return new Failure(`${what}: ${why}`, known ? `${known.remedy}\n\n${lines}` : lines, { cause: error });
}
