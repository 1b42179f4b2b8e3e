import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLayer } from '../image/layers.ts';
import type { Image } from '../image/oci.ts';
import { goTools } from '../tools/pins.ts';
import { program } from '../tools/programs.ts';

/** The two images a cluster needs before any of ours: what holds a pod's namespaces open, and the cluster's DNS. */
export const systemImages = {
  pause: `localhost/storefront-pause:${goTools.pause.version}`,
  coredns: `localhost/storefront-coredns:${goTools.coredns.version}`,
} as const;

export function buildSystemImages(): Promise<Image[]> {
  const names = Object.keys(systemImages) as (keyof typeof systemImages)[];
  return Promise.all(names.map((name) => programImage(name, systemImages[name])));
}

/** An image that holds one static program. */
async function programImage(name: keyof typeof systemImages, reference: string): Promise<Image> {
  const layer = await buildLayer({
    name,
    key: goTools[name].version,
    async fill(tree) {
      await mkdir(join(tree, 'etc'));
      await writeFile(join(tree, 'etc', 'passwd'), 'root:x:0:0::/:/app\nnobody:x:65534:65534::/:/app\n');
      await copyFile(program(name), join(tree, 'app'));
      await chmod(join(tree, 'app'), 0o755);
    },
  });
  return { reference, layers: [layer], settings: { entrypoint: ['/app'], user: '65534:65534' } };
}
