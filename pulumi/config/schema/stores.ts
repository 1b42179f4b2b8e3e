import { z } from 'zod';
import { Cpu, Cron, Memory } from './value.ts';

const CacheSize = z.strictObject({ sizeGb: z.int().min(1).max(300) });
export const Caches = z.strictObject({
  engine: z.enum(['Redis', 'Valkey']),
  cache: CacheSize,
  state: CacheSize,
});

const Server = { cpu: Cpu, memory: Memory, diskGb: z.int().min(1).max(65_536) };

export const Mongo = z.strictObject({
  shards: z.int().min(1).max(32),
  members: z.union([z.literal(1), z.literal(3), z.literal(5)], 'an odd number of members votes: 1, 3 or 5'),
  routers: z.int().min(1).max(16),
  ...Server,
  backup: z.strictObject({ schedule: Cron, keep: z.int().min(1).max(365) }),
});

const quorum = z.union([z.literal(1), z.literal(3), z.literal(5)], 'an odd number of nodes votes: 1, 3 or 5');
export const Broker = z.strictObject({ nodes: quorum, ...Server });
export const Discovery = z.strictObject({ servers: quorum, ...Server });
