/** The list of `make help`, read from where the commands are declared. */
export function formatHelp(makefile: string): string {
  const entries = [...makefile.matchAll(/^([a-z]+):[^#\n]*## (.*)$/gm)];
  return entries.map(([, name, summary]) => `  make ${name?.padEnd(9)}${summary}`).join('\n');
}
