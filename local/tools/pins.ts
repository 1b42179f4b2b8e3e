import { createHash } from 'node:crypto';

/** Debian's root file systems that the local machine runs on: the stores' servers, and the ground of the fleet's image. */
export const rootFileSystems = {
  servers: {
    suite: 'forky',
    packages: ['postgresql-18', 'postgresql-18-documentdb', 'redis-server', 'nginx', 'libnginx-mod-stream', 'tzdata'],
  },
  base: { suite: 'forky', packages: ['nginx', 'ca-certificates'] },
} as const;

export type RootFileSystem = keyof typeof rootFileSystems;

/** Names the cache entry: another suite or another list of packages is another entry. */
export function rootFileSystemKey(name: RootFileSystem): string {
  const { suite, packages } = rootFileSystems[name];
  const digest = createHash('sha256')
    .update([suite, ...packages].join('\n'))
    .digest('hex');
  return `rootfs-${name}-${suite}-${digest.slice(0, 10)}`;
}
