import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { arch, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { paths } from '../paths.ts';
import { note, ok, problem, type Finding } from './finding.ts';

const giB = 1024 ** 3;

export function checkRoot(uid = process.getuid?.()): Finding {
  if (uid === 0) return ok('root');
  return problem(
    'not root: namespaces, mounts and containers need it.',
    'Run it as root, for example: sudo -E make up',
  );
}

export function checkSystem(system = { platform: platform(), arch: arch(), release: release() }): Finding {
  const text = `${system.platform} ${system.release}, ${system.arch}`;
  if (system.platform === 'linux' && ['x64', 'arm64'].includes(system.arch)) return ok(text);
  return problem(`${text}: the local machine needs Linux on x64 or arm64.`, 'Use a Linux machine or a virtual one.');
}

export function checkNode(version = process.version): Finding {
  if (Number(version.slice(1).split('.')[0]) >= 24) return ok(`Node ${version}`);
  return problem(
    `Node ${version} runs this; 24 is needed.`,
    'Start it by make, which uses the Node that npm ci installs.',
  );
}

/** A cluster, the stores and the whole fleet take 2.9 GiB, tests beside them about 2 more; a machine of 6 GiB shows a little less. */
export function checkMemory(totalBytes = totalmem(), meminfo = readFileSync('/proc/meminfo', 'utf8')): Finding {
  const available = Number(/MemAvailable:\s+(\d+)/.exec(meminfo)?.[1] ?? 0) * 1024;
  const text = `memory: ${inGiB(totalBytes)}, ${inGiB(available)} available`;
  if (totalBytes < 5.5 * giB) return problem(`${text}; 6 GiB are needed.`, 'Use a machine with more memory.');
  return available < 3 * giB ? note(`${text}: little; what else runs may have to yield`) : ok(text);
}

export type Room = { folder: string; freeBytes: number };

/** From nothing it takes about 7 GiB, sources and build caches of Go and 0.5 GiB of empty stores included; later runs add little. */
export function checkDisk(rooms: readonly Room[] = measureRooms(), isFirstRun = !existsSync(paths.cluster)): Finding {
  const needed = isFirstRun ? 9 : 3;
  const tight = rooms.find(({ freeBytes }) => freeBytes < needed * giB);
  if (!tight)
    return ok(`disk: ${rooms.map(({ folder, freeBytes }) => `${inGiB(freeBytes)} free at ${folder}`).join(', ')}`);
  return problem(
    `disk: ${inGiB(tight.freeBytes)} free at ${tight.folder}; ${needed} GiB are needed.`,
    `Free some space there, or put the cache on another disk: XDG_CACHE_HOME=/elsewhere make up`,
  );
}

/** Where we write. */
export const ourFolders: readonly string[] = [paths.checkout, paths.cache, paths.machine];

/** What is free there; each disk once, by the first folder that is on it. */
export function measureRooms(folders = ourFolders): Room[] {
  const rooms = folders.map((folder) => {
    const { bavail, bsize } = statfsSync(existing(folder));
    return { folder, freeBytes: bavail * bsize, disk: statSync(existing(folder)).dev };
  });
  return rooms.filter(({ disk }, index) => rooms.findIndex((other) => other.disk === disk) === index);
}

const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)));

/** Both versions serve; the kubelet needs these controllers. */
export function checkCgroups(
  v2 = readOptional('/sys/fs/cgroup/cgroup.controllers'),
  v1 = readOptional('/proc/cgroups'),
): Finding {
  const needed = ['cpu', 'memory', 'cpuset'];
  const has = v2
    ? v2.split(/\s+/)
    : v1.split('\n').flatMap((line) => (/\s1$/.test(line) ? (line.split(/\s/)[0] as string) : []));
  const missing = needed.filter((controller) => !has.includes(controller));
  if (missing.length === 0) return ok(`cgroups ${v2 ? 'v2' : 'v1'}`);
  return problem(
    `cgroups: ${missing.join(', ')} missing.`,
    'Inside a container this cannot be helped: run it on the machine itself. Else enable them on the kernel command line.',
  );
}

function readOptional(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

export const inGiB = (bytes: number): string => `${(bytes / giB).toFixed(1)} GiB`;
