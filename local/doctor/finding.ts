/** What a check found. A note says what `make up` will do about it by itself; a problem is for the person to mend. */
export type Finding = { state: 'ok' | 'note'; what: string } | { state: 'problem'; what: string; remedy: string };

export type Check = () => Finding | Promise<Finding>;

export const ok = (what: string): Finding => ({ state: 'ok', what });
export const note = (what: string): Finding => ({ state: 'note', what });
export const problem = (what: string, remedy: string): Finding => ({ state: 'problem', what, remedy });

const marks = { ok: '✓', note: '·', problem: '✗' };

export function formatFinding(finding: Finding): string {
  const line = `  ${marks[finding.state]} ${finding.what}`;
  return finding.state === 'problem' ? `${line}\n      ${finding.remedy.replaceAll('\n', '\n      ')}` : line;
}
