#!/usr/bin/env node
/** `storefront-dlq list|show|replay`: see `--help`. */
import { list, replay, show } from './actions.ts';
import { openDeadLetters } from './broker.ts';
import { help, readCommand, WrongUse } from './command.ts';
import { createOutput } from './output.ts';

const actions = { list, show, replay };

process.exitCode = await run().catch((error: unknown) => {
  const { message } = error as Error;
  process.stderr.write(`storefront-dlq: ${message}\n`);
  if (error instanceof WrongUse) process.stderr.write('  storefront-dlq --help says how.\n');
  return error instanceof WrongUse ? 2 : 1;
});

async function run(): Promise<number> {
  const given = readCommand(process.argv.slice(2), process.env);
  if (!given) {
    process.stdout.write(help);
    return 0;
  }
  const { command, login } = given;
  const letters = await openDeadLetters(login);
  try {
    const { isComplete } = await actions[command.name](letters, command, createOutput(command));
    return isComplete ? 0 : 1;
  } finally {
    await letters.close();
  }
}
