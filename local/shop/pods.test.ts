import { describe, expect, it } from 'vitest';
import { type ContainerStatus, type Pod, restartsOf, whyNotReady } from './pods.ts';

const sidecar = { name: 'consul', restartPolicy: 'Always' };

function pod(status: Partial<Pod['status']>, initContainers: { name: string; restartPolicy?: string }[] = []): Pod {
  return { metadata: { name: 'product-1' }, spec: { initContainers }, status: { phase: 'Pending', ...status } };
}

function container(name: string, rest: Partial<ContainerStatus>): ContainerStatus {
  return { name, ready: false, restartCount: 0, ...rest };
}

describe('why a pod does not serve', () => {
  it('is nothing to tell of one that serves or has done its work', () => {
    expect(whyNotReady(pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }))).toBeUndefined();
    expect(whyNotReady(pod({ phase: 'Succeeded' }))).toBeUndefined();
  });

  it('is told in the words of the scheduler', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes: Insufficient cpu' }];
    expect(whyNotReady(pod({ conditions }))).toBe('0/1 nodes: Insufficient cpu');
  });

  it('names the container that the others wait for', () => {
    const status = {
      initContainerStatuses: [container('consul', { state: { running: {} } })],
      containerStatuses: [container('app', { state: { waiting: { reason: 'PodInitializing' } } })],
    };
    expect(whyNotReady(pod(status, [sidecar]))).toBe('consul: not ready');
  });

  it('tells how a program ended that is tried again', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const app = container('app', { state, lastState: { terminated: { exitCode: 1 } }, restartCount: 3 });
    expect(whyNotReady(pod({ containerStatuses: [app] }))).toBe('app: CrashLoopBackOff, last time ended with 1');
    expect(restartsOf(pod({ containerStatuses: [app] }))).toBe(3);
  });

  it('does not take the good end of a set-up for a problem, but that of a sidecar', () => {
    const ended = { terminated: { exitCode: 0 } };
    const status = { initContainerStatuses: [container('consul', { state: ended })] };
    expect(whyNotReady(pod(status, [{ name: 'consul' }]))).toBe('starts');
    expect(whyNotReady(pod(status, [sidecar]))).toBe('consul: ended with 0');
  });
});
