/** Starts what of the tests' stores does not run. For a test that has killed a server: `make test` holds the lock meanwhile. */
import { startStores } from './stores.ts';

console.log(await startStores('test'));
