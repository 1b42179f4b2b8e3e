import { describeFullDisk } from './full-disk.ts';

/** What a person can mend: what is wrong, and what to do about it. Printed as one message, without a stack. */
export class Failure extends Error {
  override name = 'Failure';
  readonly what: string;
  readonly remedy: string;

  constructor(what: string, remedy: string, options?: ErrorOptions) {
    super(`${what}\n${indent(remedy)}`, options);
    this.what = what;
    this.remedy = remedy;
  }
}

/** Tells the person about progress inside a step. */
export type Say = (line: string) => void;

/** `run` must leave things as they are when nothing differs. What it returns ends the step's line: 'unchanged', '2 built'. */
export type Step = { name: string; run: (say: Say) => Promise<string | void> };

/** Runs steps in order; each prints what it does, how it ended and how long it took. */
export async function runSteps(steps: readonly Step[], print: Say = console.log): Promise<void> {
  const width = Math.max(...steps.map((step) => step.name.length));
  for (const step of steps) await runStep(step, step.name.padEnd(width), print);
}

async function runStep(step: Step, label: string, print: Say): Promise<void> {
  const elapsed = stopwatch();
  const say: Say = (line) => print(`  ${label}  ${line}  (${elapsed()})`);
  try {
    const outcome = await step.run(say);
    print(`✓ ${label}  ${outcome ?? 'done'}  ${elapsed()}`);
  } catch (error) {
    print(`✗ ${label}  failed after ${elapsed()}`);
    throw error;
  }
}

/** Runs a command's whole work: a `Failure` or a full disk becomes one message and exit code 1; anything else is a bug and keeps its stack. */
export async function runCommand(name: string, work: () => Promise<number | void>): Promise<number> {
  try {
    return (await work()) ?? 0;
  } catch (error) {
    console.error(describeError(name, error));
    return 1;
  }
}

export function describeError(command: string, error: unknown): string {
  const full = describeFullDisk(error);
  if (full) return `\nmake ${command}: the disk is full.\n${indent(full)}`;
  if (error instanceof Failure) return `\nmake ${command}: ${error.what}\n${indent(error.remedy)}`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `\nmake ${command}: unexpected error. This is a bug; please report it with these lines.\n${indent(text)}`;
}

/** The time since now: '0.4 s', '2 min 05 s'. */
export function stopwatch(): () => string {
  const start = performance.now();
  return () => formatSeconds((performance.now() - start) / 1000);
}

export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Says every half minute that a long work goes on, so that nobody takes it for hung. */
export async function withHeartbeat<T>(what: string, say: Say, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => say(`${what}: still at it`), 30_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
