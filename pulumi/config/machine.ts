/**
 * Machine types that nodes may have. Nodes and volumes are made with Persistent Disks, and images are for x86, which leaves these series:
 * https://cloud.google.com/compute/docs/general-purpose-machines and its siblings. Not every zone has every one.
 */
type Shapes = Partial<Record<'standard' | 'highmem' | 'highcpu', readonly number[]>>;

const same = (cpus: readonly number[]): Shapes => ({ standard: cpus, highmem: cpus, highcpu: cpus });
const n2 = [2, 4, 8, 16, 32, 48, 64, 80, 96];

const series: Readonly<Record<string, Shapes>> = {
  e2: { standard: [2, 4, 8, 16, 32], highmem: [2, 4, 8, 16], highcpu: [2, 4, 8, 16, 32] },
  n1: { standard: [2, 4, 8, 16, 32, 64, 96], highmem: [2, 4, 8, 16, 32, 64, 96], highcpu: [4, 8, 16, 32, 64, 96] },
  n2: { standard: [...n2, 128], highmem: [...n2, 128], highcpu: n2 },
  n2d: { standard: [...n2, 128, 224], highmem: n2, highcpu: [...n2, 128, 224] },
  t2d: { standard: [2, 4, 8, 16, 32, 48, 60] },
  c2: { standard: [4, 8, 16, 30, 60] },
  c2d: same([2, 4, 8, 16, 32, 56, 112]),
  c3: same([4, 8, 22, 44, 88, 176]),
  c3d: same([4, 8, 16, 30, 60, 90, 180, 360]),
};

const hyperdiskOnly = /^(c4|c4a|c4d|n4|n4a|n4d|h4d|m4|x4)$/;
const arm = /^(t2a|c4a|n4a)$/;

/** What is wrong with a machine type, and what to write instead; nothing if nodes may have it. */
export function machineProblem(type: string): string | undefined {
  const [, name, shape, cpus] = /^([a-z][0-9][a-z]?)-(standard|highmem|highcpu)-(\d{1,3})$/.exec(type) ?? [];
  const known = `take one of ${Object.keys(series).join(', ')}`;
  if (name === undefined) return `write a machine type such as e2-standard-4: ${known}`;
  if (arm.test(name)) return `${name} is Arm, for which there are no images: ${known}`;
  if (hyperdiskOnly.test(name))
    return `${name} takes Hyperdisks only, and all disks here are Persistent Disks: ${known}`;
  const sold = series[name]?.[shape as keyof Shapes];
  if (!sold) return `there is no ${name}-${shape} for nodes here: ${known}`;
  return sold.includes(Number(cpus)) ? undefined : `${name}-${shape} has ${sold.join(', ')} CPUs, not ${cpus}`;
}
