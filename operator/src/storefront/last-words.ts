/** What a container said before it failed, in one line a person can use: pure. */

type LogLine = { level?: string; msg?: string; error?: { message?: string }; err?: { message?: string } };

const LONGEST = 300;

/**
 * From a termination message (`FallbackToLogsOnError`: the last lines of the log). A line that speaks of an error says
 * more than the last one, which may be Node's farewell or a request that happened to be served.
 */
export function lastWords(message: string | undefined): string {
  const lines = (message ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^Node\.js v|^at |^[\^{}()[\];,]+$/.test(line))
    .map(understood);
  const telling = lines.findLast(({ isError }) => isError) ?? lines.findLast(({ isPlain }) => isPlain) ?? lines.at(-1);
  return (telling?.text ?? '').slice(0, LONGEST);
}

type Line = { text: string; isError: boolean; isPlain: boolean };

function understood(line: string): Line {
  const log = parse(line);
  if (log?.msg === undefined)
    return { text: line, isError: /\b\w*(Error|error)\b.*:/.test(line), isPlain: !line.startsWith('{') };
  const cause = log.error?.message ?? log.err?.message;
  const text = cause === undefined ? log.msg : `${log.msg}: ${cause}`;
  return { text, isError: log.level === 'error' || log.level === 'fatal', isPlain: false };
}

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
