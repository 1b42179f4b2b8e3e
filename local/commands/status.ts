import type { Options } from '../command.ts';
import { formatReport } from '../status/format.ts';
import { readReport } from '../status/report.ts';

export async function run({ context, json }: Options): Promise<void> {
  const report = await readReport(context === undefined ? {} : { context });
  console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
}
