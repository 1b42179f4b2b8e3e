import { createMemoryCluster, MemoryStore } from '../src/memory/memory-cluster.ts';
import { describeCluster } from './cluster.contract.ts';

const store = new MemoryStore();
describeCluster('memory cluster', () => ({
  namespace: 'test',
  ours: createMemoryCluster({ fieldManager: 'ours' }, store),
  other: createMemoryCluster({ fieldManager: 'other' }, store),
}));
