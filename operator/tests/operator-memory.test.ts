import { createMemoryCluster, MemoryStore } from '../src/memory/memory-cluster.ts';
import { describeOperator } from './operator.contract.ts';
import type { Stage } from './stage.ts';

export const memoryStage = (store = new MemoryStore()): Stage => ({
  namespace: 'shop',
  client: (fieldManager, before) => createMemoryCluster({ fieldManager, ...(before && { before }) }, store),
  close: () => Promise.resolve(),
});

describeOperator('in memory', () => memoryStage());
