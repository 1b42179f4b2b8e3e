/** Events that a person sees in `kubectl describe storefront`. */
import { randomUUID } from 'node:crypto';
import type { Cluster, Manifest } from '../cluster.ts';
import { Event, fieldManager } from '../kinds.ts';

export type Notice = { type: 'Normal' | 'Warning'; reason: string; action: string; note: string };

export type Recorder = { record(about: Manifest, notice: Notice): Promise<void> };

export type RecorderOptions = {
  cluster: Cluster;
  /** Name of this process, such as the pod's. */
  instance: string;
  now: () => Date;
  onError: (error: unknown) => void;
};

const QUIET_MS = 600_000;
const REMEMBERED = 2_000;

/** The same notice about the same object is recorded once in ten minutes. An event that cannot be written fails nothing. */
export function createRecorder({ cluster, instance, now, onError }: RecorderOptions): Recorder {
  const recent = new Map<string, number>();
  return {
    async record(about, notice) {
      const time = now();
      const id = `${about.metadata.uid} ${notice.reason} ${notice.note}`;
      if (time.getTime() - (recent.get(id) ?? -Infinity) < QUIET_MS) return;
      recent.delete(id);
      recent.set(id, time.getTime());
      for (const oldest of recent.keys()) if (recent.size > REMEMBERED) recent.delete(oldest);
      await cluster.create(Event, eventFor(about, notice, { instance, time })).catch(onError);
    },
  };
}

function eventFor(about: Manifest, notice: Notice, { instance, time }: { instance: string; time: Date }): Manifest {
  const { name, namespace, uid } = about.metadata;
  return {
    apiVersion: Event.apiVersion,
    kind: Event.kind,
    metadata: { name: `${name}.${randomUUID()}`, ...(namespace === undefined ? {} : { namespace }) },
    // Microseconds, or the API server refuses it.
    eventTime: time.toISOString().replace('Z', '000Z'),
    regarding: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
    reportingController: `storefront.dev/${fieldManager}`,
    reportingInstance: instance,
    ...notice,
    note: notice.note.slice(0, 1024),
  };
}
