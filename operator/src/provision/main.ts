/** The provision Job: reads its plan, makes the accounts, ends. */
import { readFileSync } from 'node:fs';
import { createLog } from '@storefront/kit/log';
import { ProvisionPlan } from './plan.ts';
import { provision } from './provision.ts';

const log = createLog({ service: 'provision', level: 'info' });

try {
  const plan = ProvisionPlan.parse(JSON.parse(readFileSync(process.env['PLAN_FILE'] ?? 'plan.json', 'utf8')));
  await provision(plan, { log, within: '4m' });
  log.info('all accounts are there');
} catch (error) {
  // The last line becomes the container's termination message, which the operator shows.
  log.fatal(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
