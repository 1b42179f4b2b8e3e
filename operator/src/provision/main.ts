/** The provision Job: reads its plan, makes the accounts, ends. With --remove it takes them away, and all that is in them. */
import { readFileSync } from 'node:fs';
import { createLog } from '@storefront/kit/log';
import { ProvisionPlan } from './plan.ts';
import { provision, remove } from './provision.ts';

const log = createLog({ service: 'provision', level: 'info' });

try {
  const plan = ProvisionPlan.parse(JSON.parse(readFileSync(process.env['PLAN_FILE'] ?? 'plan.json', 'utf8')));
  const follow = process.argv.includes('--remove') ? remove : provision;
  await follow(plan, { log, within: '4m' });
  log.info('done');
} catch (error) {
  // The last line becomes the container's termination message, which the operator shows.
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
