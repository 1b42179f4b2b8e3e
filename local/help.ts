/** A line of `make help`. */
export type Entry = { summary: string; variables?: string };

export function formatHelp(entries: Readonly<Record<string, Entry>>): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length));
  const lines = Object.entries(entries).flatMap(([name, { summary, variables }]) => [
    `  make ${name.padEnd(width)}  ${summary}`,
    ...(variables ? [`       ${' '.repeat(width)}  ${variables}`] : []),
  ]);
  return ['A whole shop as one Kubernetes custom resource.', '', ...lines].join('\n');
}
