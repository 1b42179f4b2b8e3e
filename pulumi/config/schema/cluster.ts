import { z } from 'zod';
import { machineProblem } from '../machine.ts';
import { Cron, text, TimeOfDay } from './value.ts';

const Machine = z.string().superRefine((type, context) => {
  const message = machineProblem(type);
  if (message) context.addIssue(message);
});

export const Pool = z
  .strictObject({
    machine: Machine,
    /** In all zones together. */
    min: z.int().min(0).max(1000),
    max: z.int().min(1).max(1000),
    diskGb: z.int().min(20).max(65_536),
  })
  .refine(({ min, max }) => min <= max, 'min is above max');

export const Cluster = z.strictObject({
  mode: z.enum(['Standard', 'Autopilot']),
  channel: z.enum(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED']),
  /** Google Group whose member groups may be bound in RBAC. It is called gke-security-groups. */
  securityGroup: text(
    /^gke-security-groups@[a-z0-9.-]+$/,
    'GKE takes only a group called gke-security-groups@<domain>',
  ),
  /** Hours (UTC) in which GKE may upgrade. GKE counts only windows of four hours and more. */
  maintenance: z.strictObject({
    start: TimeOfDay,
    hours: z.int().min(4, 'GKE counts only windows of four hours and more: write 4 to 24').max(24),
    days: z.array(z.enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])).min(1),
  }),
  pools: z.strictObject({ system: Pool, services: Pool, training: Pool.exactOptional() }),
  backup: z.strictObject({ schedule: Cron, keepDays: z.int().min(3).max(365) }),
});
