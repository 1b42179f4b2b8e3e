import { afterAll, beforeAll, describe } from 'vitest';
import { describeOperator } from './operator.contract.ts';
import { kubeconfig, openRealCluster, whySkipped } from './real-cluster.ts';
import type { RealCluster } from './real-cluster.ts';

describe.skipIf(!kubeconfig)(`on the API server (${whySkipped})`, () => {
  let cluster: RealCluster;
  beforeAll(async () => void (cluster = await openRealCluster()));
  afterAll(() => cluster.close());
  describeOperator('API server', () => cluster);
});
