/** The restricted pod security profile, and what every container asks of the node. */
import type { Resources } from '@storefront/crds';

export const userId = 10001;

export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  fsGroup: userId,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  capabilities: { drop: ['ALL'] },
};

export type Needs = {
  cpu: string;
  cpuLimit: string;
  memory: string;
  /** Twice the request unless given: room for a burst, and an end to a leak. */
  memoryLimit?: string;
  storage: string;
};

/** What the table says, overruled by what the person says. */
export function resourcesOf(needs: Needs, { requests = {}, limits = {} }: Resources = {}) {
  const { cpu = needs.cpu, memory = needs.memory } = requests;
  const storage = { 'ephemeral-storage': needs.storage };
  const memoryLimit = needs.memoryLimit ?? mebibytes(megabytesOf(memory) * 2);
  return {
    requests: { cpu, memory, ...storage },
    limits: { cpu: limits.cpu ?? needs.cpuLimit, memory: limits.memory ?? memoryLimit, ...storage },
  };
}

const mebibyte = 2 ** 20;
const units: Readonly<Record<string, number>> = {
  '': 1 / mebibyte,
  k: 1e3 / mebibyte,
  M: 1e6 / mebibyte,
  G: 1e9 / mebibyte,
  T: 1e12 / mebibyte,
  Ki: 2 ** -10,
  Mi: 1,
  Gi: 2 ** 10,
  Ti: 2 ** 20,
};

/** A memory quantity in MiB, rounded down. */
export function megabytesOf(quantity: string): number {
  const [, amount, unit] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = units[unit ?? '?'];
  if (amount === undefined || factor === undefined) throw new Error(`not an amount of memory: "${quantity}"`);
  return Math.floor(Number(amount) * factor);
}

const mebibytes = (amount: number): string => `${amount}Mi`;
