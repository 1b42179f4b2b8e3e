import { setTimeout as pause } from 'node:timers/promises';
import type { OutgoingMessage } from '../connection/publisher.ts';
import type { DeadLetters } from './broker.ts';
import type { Command } from './command.ts';
import { contentOf, fits, summaryOf, type DeadLetter } from './letter.ts';
import type { Output } from './output.ts';

type Action = (letters: DeadLetters, command: Command, output: Output) => Promise<{ isComplete: boolean }>;

/** One line for each, the oldest first. */
export const list: Action = async (letters, command, output) => {
  for (const queue of await queuesOf(letters, command)) {
    let [listed, total] = [0, 0];
    await letters.walk(queue, async (letter, of) => {
      total = of;
      if (listed >= command.limit) return 'stop';
      if (!fits(letter, command.filter)) return 'keep';
      listed += 1;
      output.letter(summaryOf(letter));
      return 'keep';
    });
    output.say(`${queue}: ${listed} listed of ${total}`);
  }
  return { isComplete: true };
};

/** All that is known of one. */
export const show: Action = async (letters, command, output) => {
  let found = 0;
  for (const queue of await queuesOf(letters, command))
    await letters.walk(queue, async (letter) => {
      if (!fits(letter, command.filter)) return 'keep';
      found += 1;
      output.whole({ ...summaryOf(letter), properties: letter.message.properties, content: contentOf(letter) });
      return 'keep';
    });
  if (found === 0) output.say(`There is no dead letter ${command.filter.id}.`);
  return { isComplete: found > 0 };
};

/** Each back to its queue, at the given pace; a dead letter goes only when the broker has it again. */
export const replay: Action = async (letters, command, output) => {
  let [replayed, failed, seen] = [0, 0, 0];
  const from = performance.now();
  const { isDryRun, limit, perSecond } = command;
  for (const queue of await queuesOf(letters, command))
    await letters.walk(queue, async (letter, of) => {
      seen += 1;
      output.progress(`${queue}: ${replayed} replayed, ${seen} seen of ${of}`);
      if (replayed + failed >= limit) return 'stop';
      if (!fits(letter, command.filter)) return 'keep';
      const outcome = isDryRun ? 'would be replayed' : await sendAgain(letters, letter, command.by);
      const isSent = outcome === 'replayed';
      if (isSent || isDryRun) replayed += 1;
      else failed += 1;
      output.letter({ ...summaryOf(letter), outcome });
      if (isSent) await paced(from, replayed, perSecond);
      return isSent ? 'remove' : 'keep';
    });
  output.say(`${replayed} ${isDryRun ? 'would be ' : ''}replayed, ${failed} not.`);
  return { isComplete: failed === 0 };
};

async function queuesOf(letters: DeadLetters, { queues }: Command): Promise<readonly string[]> {
  return queues.length > 0 ? queues : letters.queues();
}

async function sendAgain({ publisher }: DeadLetters, letter: DeadLetter, by: string): Promise<string> {
  const [publication = 'unconfirmed'] = await publisher.publish([again(letter, by)]);
  return publication === 'confirmed' ? 'replayed' : publication;
}

async function paced(from: number, done: number, perSecond: number): Promise<void> {
  const aheadMs = (done / perSecond) * 1000 - (performance.now() - from);
  if (aheadMs > 0) await pause(aheadMs);
}

/** What the broker wrote into the headers when it died; its next death must begin anew. */
const ofItsDeath = /^x-(death|(first|last)-death-.*|delivery-count|acquired-count)$/;

function again({ queue, id, replays, message: { content, properties } }: DeadLetter, by: string): OutgoingMessage {
  const { contentType, type, headers = {} } = properties as { contentType?: string; type?: string; headers?: object };
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !ofItsDeath.test(name)));
  const told = { 'x-replayed-by': by, 'x-replayed-at': new Date().toISOString(), 'x-replays': replays + 1 };
  return {
    exchange: '',
    routingKey: queue,
    messageId: id,
    content,
    contentType: contentType ?? 'application/octet-stream',
    ...(type === undefined ? {} : { type }),
    headers: {
      ...kept,
      ...told,
    },
  };
}
