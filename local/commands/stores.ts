import type { Options } from '../command.ts';
import { withLock } from '../lock.ts';
import { inside } from '../network.ts';
import { paths } from '../paths.ts';
import { runSteps } from '../steps.ts';
import { startStores } from '../stores/stores.ts';
import { ensureTools, toStore } from '../tools/tools.ts';

/** The stores of the `test` instance, for the tests of single services. */
export async function run(_options: Options): Promise<void> {
  await withLock('stores', () =>
    runSteps([
      { name: 'tools', run: (say) => ensureTools(say, toStore) },
      { name: 'stores', run: (say) => startStores('test', say) },
    ]),
  );
  const vitest = inside(['node_modules/.bin/node', 'node_modules/.bin/vitest', 'run', '--project', 'service']);
  console.log(`
They answer inside the namespace only. Run the tests of the services there:

  export STOREFRONT_TEST_STORES=${paths.storesFile('test')}
  ${vitest.join(' ')}

make down stops them; their data stays.`);
}
