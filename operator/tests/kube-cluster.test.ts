import { afterAll, beforeAll, describe } from 'vitest';
import { describeCluster } from './cluster.contract.ts';
import { kubeconfig, openRealCluster, whySkipped } from './real-cluster.ts';
import type { RealCluster } from './real-cluster.ts';

describe.skipIf(!kubeconfig)(`API server (${whySkipped})`, () => {
  let cluster: RealCluster;
  beforeAll(async () => void (cluster = await openRealCluster()));
  afterAll(() => cluster.close());

  describeCluster('API server', () => ({
    namespace: cluster.namespace,
    ours: cluster.client('ours'),
    other: cluster.client('other'),
  }));
});
