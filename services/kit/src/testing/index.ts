/** For tests only: real stores, signed callers, polling with a deadline. */
export { testBroker, whyNoBroker, type TestBroker } from './broker.ts';
export { callerFor, testCallerDir, testConfig } from './callers.ts';
export { eventually } from './eventually.ts';
export { testMongo, testRedis, testStores, whyNoStores } from './stores.ts';
