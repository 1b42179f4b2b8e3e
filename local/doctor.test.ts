import { describe, expect, it } from 'vitest';
import { mountsBelow } from './commands/clean.ts';
import { asFailure, refuseProblems } from './doctor.ts';
import { formatFinding, note, ok, problem } from './doctor/finding.ts';
import { checkCgroups, checkDisk, checkMemory, checkNode, checkRoot, checkSystem } from './doctor/machine.ts';
import { checkOtherKubelet, checkPorts } from './doctor/taken.ts';

const giB = 1024 ** 3;
const meminfo = 'MemTotal: 8388608 kB\nMemAvailable: 6291456 kB\n';

describe('the doctor', () => {
  it.each([
    ['root', checkRoot(0), checkRoot(1000), 'sudo'],
    [
      'the system',
      checkSystem({ platform: 'linux', arch: 'arm64', release: '6' }),
      checkSystem({ platform: 'darwin', arch: 'arm64', release: '25' }),
      'Linux',
    ],
    ['Node', checkNode('v24.21.0'), checkNode('v20.20.2'), 'make'],
    ['memory', checkMemory(8 * giB, meminfo), checkMemory(2 * giB, meminfo), 'more memory'],
    [
      'the disk',
      checkDisk([{ folder: '/', freeBytes: 10 * giB }], true),
      checkDisk([{ folder: '/', freeBytes: 8 * giB }], true),
      'XDG_CACHE_HOME',
    ],
    ['cgroups v2', checkCgroups('cpuset cpu io memory pids', ''), checkCgroups('io pids', ''), 'kernel command line'],
    [
      'cgroups v1',
      checkCgroups('', '#subsys\ncpuset\t3\t7\t1\ncpu\t1\t7\t1\nmemory\t4\t55\t1\n'),
      checkCgroups('', '#subsys\ncpuset\t3\t7\t1\ncpu\t1\t7\t1\nmemory\t4\t55\t0\n'),
      'kernel command line',
    ],
    ['another node', checkOtherKubelet([]), checkOtherKubelet([77]), 'CONTEXT='],
  ])('checks %s and says what to do', (_, good, bad, remedy) => {
    expect(good.state).toBe('ok');
    expect(bad).toMatchObject({ state: 'problem', remedy: expect.stringContaining(remedy) as string });
  });

  it('asks for less of the disk when the rest is there already', () => {
    expect(checkDisk([{ folder: '/', freeBytes: 4 * giB }], false).state).toBe('ok');
  });

  it('refuses what is not a port', async () => {
    expect(await checkPorts(Number.NaN)).toMatchObject({ state: 'problem' });
    expect(await checkPorts(70_000)).toMatchObject({ state: 'problem' });
  });

  it('names all problems at once, and a single one as itself', async () => {
    const port = problem('port 8080 is taken by pid 4121 (java).', 'Stop it.');
    expect(asFailure([port]).message).toBe('port 8080 is taken by pid 4121 (java).\n  Stop it.');
    const run = refuseProblems([() => ok('root'), () => port, () => problem('no Go.', 'Install it.')]);
    await expect(run).rejects.toThrow(/2 problems; nothing was started\.[^]*java[^]*no Go/);
  });

  it('lets notes pass', async () => {
    expect(await refuseProblems([() => ok('root'), () => note('consul: make up builds it')])).toBe('2 checks passed');
    expect(formatFinding(note('x'))).toBe('  · x');
  });
});

describe('cleaning', () => {
  it('sees what is mounted in the folders it would remove', () => {
    const mountinfo = [
      '36 35 98:0 / /srv/shop/.local/stores rw - ext4 /dev/sda rw',
      '37 35 98:0 / /srv/shop/.locality rw - ext4 /dev/sda rw',
    ].join('\n');
    expect(mountsBelow(['/srv/shop/.local'], mountinfo)).toEqual(['/srv/shop/.local/stores']);
  });
});
