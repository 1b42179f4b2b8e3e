/** V8, set for a process that does the same for days. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 waits with its compilers for what a page in a browser may never do again; here it compiles after fewer calls (a tenth less
 * processor time for a list in the product service). A heap this small it would collect as a whole whenever it grew by a tenth, once a
 * second under load (a fifth of the gateway's processor time); percent.
 */
const flags = [
  '--invocation-count-for-maglev=200',
  '--invocation-count-for-turbofan=1000',
  '--heap-growing-percent=75',
];

/** To be called when a service has started: on the command line the same flags make V8 refuse all code that is there compiled. */
export function tuneEngine(): void {
  for (const flag of flags) setFlagsFromString(flag);
}
