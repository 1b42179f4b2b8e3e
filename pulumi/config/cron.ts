/**
 * Schedules as both Backup for GKE and Percona's operator read them: five fields of `*`, numbers, ranges, lists and steps. Libraries for
 * cron take more than these two do (seconds, `L`, `#`, `@daily`), so what they accept may be refused half-way through an `up`.
 */
type Field = { first: number; last: number };

/** Minute, hour, day of the month, month, day of the week: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html */
const fields: readonly Field[] = [
  { first: 0, last: 59 },
  { first: 0, last: 23 },
  { first: 1, last: 31 },
  { first: 1, last: 12 },
  { first: 0, last: 6 },
];

export function isCron(schedule: string): boolean {
  const parts = schedule.split(' ');
  return parts.length === fields.length && fields.every((field, at) => isField(parts[at] as string, field));
}

const isField = (text: string, field: Field): boolean => text.split(',').every((part) => isPart(part, field));

/** `*`, `3`, `1-5`, and `*` or a range with a step: a step of one number means different things to the two. */
function isPart(text: string, field: Field): boolean {
  const [, range, step] = /^(\*|\d{1,2}(?:-\d{1,2})?)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  if (range === undefined || (step !== undefined && /^\d+$/.test(range))) return false;
  return isRange(range, field) && (step === undefined || isRange(step, { ...field, first: 1 }));
}

function isRange(text: string, { first, last }: Field): boolean {
  if (text === '*') return true;
  const [from, to = from] = text.split('-').map(Number) as [number, number?];
  return first <= from && from <= to && to <= last;
}

/** Runs on a day on which it runs. */
export function runsPerDay(schedule: string): number {
  const [minutes, hours] = schedule.split(' ').map((text, at) => valuesOf(text, fields[at] as Field).size);
  return (minutes as number) * (hours as number);
}

function valuesOf(text: string, { first, last }: Field): Set<number> {
  const values = text.split(',').flatMap((part) => {
    const [range, step = '1'] = part.split('/') as [string, string?];
    const [from, to = from] = range === '*' ? [first, last] : (range.split('-').map(Number) as [number, number?]);
    return Array.from({ length: Math.floor((to - from) / Number(step)) + 1 }, (_, at) => from + at * Number(step));
  });
  return new Set(values);
}
