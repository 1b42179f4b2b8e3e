import { constants, tmpdir } from 'node:os';
import { inGiB, measureRooms, ourFolders } from './doctor/machine.ts';
import { paths } from './paths.ts';

/** What programs say: the words of the C library for ENOSPC and EDQUOT. */
const words = /no space left on device|disk quota exceeded/i;
const codes = [constants.errno.ENOSPC, constants.errno.EDQUOT].map((code) => -code);

/** Whatever failed because a disk is full: where it shows, how much is free and what to do. Undefined of anything else. */
export function describeFullDisk(error: unknown): string | undefined {
  const causes = causesOf(error);
  const found = causes.find(isOfDisk);
  if (!found) return undefined;
  const said = found.message.split('\n').findLast((line) => words.test(line)) ?? found.message;
  const folders = [...causes.flatMap(pathsOf), ...ourFolders, tmpdir()];
  const rooms = measureRooms(folders).toSorted((a, b) => a.freeBytes - b.freeBytes);
  return `${said.trim()}
Free by now: ${rooms.map(({ folder, freeBytes }) => `${inGiB(freeBytes)} at ${folder}`).join(', ')}.
Free some space, then run the command again: what is done is kept. make clean removes the shop with its data; ${paths.cache} holds only
what can be built again. Where enough seems to be free, a quota or the inodes are used up: df -i.

${shorten((error as Error).message, said)}`.trimEnd();
}

/** What is left of a message: how it begins, and how it ends. */
function shorten(message: string, said: string): string {
  const lines = message.split('\n');
  if (message.trim() === said.trim()) return '';
  return lines.length > 14 ? [lines[0], '…', ...lines.slice(-12)].join('\n') : message;
}

type Cause = Error & NodeJS.ErrnoException & { dest?: string };

/** The error and what it comes from. */
function causesOf(error: unknown): Cause[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [...[error.cause, ...inner].flatMap(causesOf), error];
}

/** A limit of watched files has the code of a full disk. */
const isOfDisk = ({ message, errno, syscall }: Cause): boolean =>
  words.test(message) || (errno !== undefined && codes.includes(errno) && syscall !== 'watch');

const pathsOf = ({ path, dest }: Cause): string[] => [path, dest].flatMap((file) => file ?? []);
