/** For tests only: real stores, signed callers, polling with a deadline. */
export { callerFor, testCallerDir, testConfig } from './callers.ts';
export { eventually } from './eventually.ts';
export { testMongo, testRedis, testStores, whyNoStores } from './stores.ts';
