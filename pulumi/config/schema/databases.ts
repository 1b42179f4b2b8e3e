import { z } from 'zod';
import { text } from './value.ts';

/** Tiers of the edition ENTERPRISE_PLUS; all others are of ENTERPRISE. */
export const isPlus = (tier: string): boolean => /^db-perf-optimized-N-(2|4|8|16|32|48|64|80|96|128)$/.test(tier);

/** `db-custom-<vCPU>-<MiB>`: 1 or an even number of vCPUs, 0.9 to 6.5 GiB for each, in steps of 256 MiB, 3.75 GiB at least. */
export function isTier(tier: string): boolean {
  const [, cpuText, memoryText] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  if (cpuText === undefined) return isPlus(tier);
  const [cpus, memory] = [Number(cpuText), Number(memoryText)];
  const isCount = cpus === 1 || (cpus % 2 === 0 && cpus >= 2 && cpus <= 96);
  return isCount && memory % 256 === 0 && memory >= Math.max(3840, cpus * 922) && memory <= cpus * 6656;
}

const postgres = {
  version: z.enum(['POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17', 'POSTGRES_18']),
  /** Days of point in time recovery. */
  recoveryDays: z.int().min(1).max(35),
  tier: z.string().refine(isTier, 'write a tier that Cloud SQL sells, such as db-custom-2-8192'),
  diskGb: z.int().min(10).max(65_536),
  replicas: z.int().min(0).max(8),
  maxConnections: z.int().min(25).max(10_000),
};
const ShardName = text(/^[a-z]([-a-z0-9]{0,22}[a-z0-9])?$/, 'write a lower-case name of at most 24 characters');

export const Databases = z.strictObject({
  customers: z.strictObject(postgres),
  orders: z.strictObject({
    ...postgres,
    shards: z.array(ShardName).min(1).max(64),
    /** Shards whose buckets were moved away: their guards are off, and they may be taken from the list. */
    retired: z.array(ShardName).default([]),
  }),
});
