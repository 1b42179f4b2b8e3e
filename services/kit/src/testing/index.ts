/** For tests only: real stores, signed callers, polling with a deadline. */
export { testBroker, whyNoBroker, type TestBroker } from './broker.ts';
export { callerFor, testCallerDir, testConfig } from './callers.ts';
export { columnProblems, type ColumnsOf } from './columns.ts';
export { eventually } from './eventually.ts';
export { testShards, type TestShards } from './shards.ts';
export { testMongo, testRedis, testStores, whyNoShards, whyNoStores } from './stores.ts';
