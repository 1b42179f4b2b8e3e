/** For tests only: real stores, signed callers, polling with a deadline. */
export { testBroker, whyNoBroker, type TestBroker } from './broker.ts';
export { callerFor, testCallerDir, testConfig, testKeyFile } from './callers.ts';
export { columnProblems, type ColumnsOf } from './columns.ts';
export { eventually } from './eventually.ts';
export {
  answerOf,
  failuresOf,
  hostileBodies,
  routesWithBodies,
  statusOf,
  strangers,
  strangeSegments,
  type ApiDocument,
  type HostileBody,
} from './hostile-bodies.ts';
export { sampleOf, type JsonSchema } from './schema-sample.ts';
export { runService, spawnService, type RunningService, type ServiceProcess } from './service-process.ts';
export { testShards, type TestShards } from './shards.ts';
export { testMongo, testRedis, testStores, whyNoShards, whyNoStores } from './stores.ts';
