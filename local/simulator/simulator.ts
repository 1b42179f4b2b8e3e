import { createAlarms } from './alarms.ts';
import { createClock } from './clock.ts';
import type { SimulatorConfig } from './config.ts';
import { createControl } from './control.ts';
import { createSettings, openDatabase } from './database.ts';
import type { Dialect, Parts } from './dialect.ts';
import { createFaults } from './faults/faults.ts';
import type { Answer, Call } from './http/call.ts';
import { listen, type Verdict } from './http/server.ts';
import { createJournal } from './journal.ts';
import { createJudge } from './judge.ts';
import { createLedger } from './ledger.ts';
import type { RetryPolicy } from './webhooks/plan.ts';
import { createWebhookQueue } from './webhooks/queue.ts';
import { createSender } from './webhooks/sender.ts';

export type Simulator = {
  /** Where others reach it, without a slash at the end. */
  url: string;
  /** The port it listens on. */
  port: number;
  stop: () => Promise<void>;
};

export type Vendor = {
  retry: RetryPolicy;
  /** How long a webhook's receiver may take, in the machine's milliseconds. */
  patienceMs: number;
  /** `url()` is known once the simulator listens. */
  speak: (parts: Parts, url: () => string) => Dialect;
};

/** Opens the folder's state and serves it; what was due while nothing ran happens now. */
export async function startSimulator(config: SimulatorConfig, vendor: Vendor): Promise<Simulator> {
  const parts = openParts(config.folder, vendor.retry);
  let url = config.publicUrl ?? '';
  const dialect = vendor.speak(parts, () => url);
  const latencyMs = () => Number(parts.settings.read('latencyMs') ?? config.latencyMs);
  const control = createControl({ parts, dialect, token: config.controlToken, latencyMs });
  const rhythm = createRhythm(parts, dialect, vendor.patienceMs);
  const judge = createJudge({ parts, dialect, latencyMs, done: rhythm.wake });

  const listener = await listen({
    address: config.address,
    port: config.port,
    judge: (call) => controlVerdict(control, call, rhythm.wake) ?? judge(call),
    refuse: (status) => dialect.refusal(status === 400 ? 'malformed' : 'server-error'),
  });
  url ||= `http://${listener.address}:${listener.port}`;
  rhythm.wake();
  return {
    url,
    port: listener.port,
    async stop() {
      await listener.close();
      await rhythm.stop();
      parts.database.close();
    },
  };
}

export function openParts(folder: string, retry: RetryPolicy): Parts {
  const database = openDatabase(folder);
  const settings = createSettings(database);
  const clock = createClock(settings);
  const faults = createFaults(database, settings, clock);
  return {
    database,
    settings,
    clock,
    faults,
    ledger: createLedger(database, clock),
    alarms: createAlarms(database, clock),
    journal: createJournal(database, clock),
    webhooks: createWebhookQueue({ database, clock, faults, retry }),
  };
}

function controlVerdict(
  control: (call: Call) => Answer | undefined,
  call: Call,
  done: () => void,
): Verdict | undefined {
  const answer = control(call);
  return answer && { latencyMs: 0, fault: undefined, carryOut: () => answer, finish: done };
}

/** What happens without being asked: alarms and webhooks, each when its simulated time has come. */
function createRhythm({ alarms, clock, database, settings, webhooks }: Parts, dialect: Dialect, patienceMs: number) {
  let timer: NodeJS.Timeout | undefined;
  const sender = createSender({
    queue: webhooks,
    clock,
    patienceMs,
    write(delivery) {
      const letter = dialect.write(delivery);
      const url = settings.read('webhookUrl') as string | null | undefined;
      return letter && url ? { ...letter, url } : letter;
    },
    settled: (delivery, status) =>
      database.transaction(() => {
        if (webhooks.settle(delivery, status)) dialect.delivered(delivery);
      }),
  });
  const wake = (): void => {
    alarms.ring(dialect.ring);
    sender.wake();
    clearTimeout(timer);
    const next = alarms.next();
    const waitMs = next && clock.waitFor(next.dueAt);
    if (waitMs !== undefined) timer = setTimeout(wake, Math.min(waitMs, 2 ** 31 - 1)).unref();
  };
  return {
    wake,
    async stop() {
      clearTimeout(timer);
      await sender.stop();
    },
  };
}
