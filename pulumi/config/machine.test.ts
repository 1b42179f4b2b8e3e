import { expect, it } from 'vitest';
import { machineProblem } from './machine.ts';

it.each(['e2-standard-4', 'n2-standard-8', 'n2d-highcpu-224', 'c3-highmem-22', 't2d-standard-60'])(
  'nodes may be %s',
  (type) => expect(machineProblem(type)).toBeUndefined(),
);

it.each([
  ['c4-standard-8', 'c4 takes Hyperdisks only, and all disks here are Persistent Disks: take one of e2, n1, n2,'],
  ['n4-standard-8', 'n4 takes Hyperdisks only'],
  ['t2a-standard-4', 't2a is Arm, for which there are no images: take one of'],
  ['c4a-standard-4', 'c4a is Arm'],
  ['e2-standard-3', 'e2-standard has 2, 4, 8, 16, 32 CPUs, not 3'],
  ['e2-highmem-32', 'e2-highmem has 2, 4, 8, 16 CPUs, not 32'],
  ['c2-highmem-8', 'there is no c2-highmem for nodes here'],
  ['z9-standard-8', 'there is no z9-standard for nodes here'],
  ['e2-micro', 'write a machine type such as e2-standard-4'],
  ['big', 'write a machine type such as e2-standard-4'],
])('nodes may not be %s', (type, message) => expect(machineProblem(type)).toContain(message));
