import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Database, Settings } from '../database.ts';
import {
  chance,
  concerns,
  FaultRule,
  strikes,
  type Occasion,
  type Progress,
  type RequestFault,
  type WebhookFault,
} from './rules.ts';

/** The knobs. Rules and how far they have come are rows: a killed process goes on where it was. */
export type Faults = {
  replace: (rules: FaultRule[]) => void;
  list: () => (FaultRule & { progress: Progress })[];
  /** The first rule that strikes decides. */
  ofRequest: (occasion: Occasion) => RequestFault | undefined;
  /** All that strike, in their order. */
  ofWebhook: (occasion: Occasion) => WebhookFault[];
  /** A number from 0 to 1 by the seed. */
  chance: (what: string) => number;
};

const Kept = z.array(FaultRule);

export function createFaults(database: Database, settings: Settings, clock: Clock): Faults {
  database.execute(`CREATE TABLE IF NOT EXISTS fault_progress (
    rule INTEGER PRIMARY KEY, seen INTEGER NOT NULL, hits INTEGER NOT NULL, set_at INTEGER NOT NULL)`);
  let rules = Kept.parse(settings.read('faults') ?? []);
  const seed = () => (settings.read('seed') as string | undefined) ?? 'seed';
  const progressOf = (rule: number): Progress => {
    const row = database.statement('SELECT seen, hits, set_at FROM fault_progress WHERE rule = ?').get(rule);
    return { seen: Number(row?.['seen'] ?? 0), hits: Number(row?.['hits'] ?? 0), setAt: Number(row?.['set_at'] ?? 0) };
  };
  const keep = (rule: number, { seen, hits, setAt }: Progress) =>
    database.statement('INSERT OR REPLACE INTO fault_progress VALUES (?, ?, ?, ?)').run(rule, seen, hits, setAt);

  const draw = (rule: FaultRule, index: number, occasion: Occasion): boolean => {
    if (!concerns(rule, occasion)) return false;
    const before = progressOf(index);
    const counted = { ...before, seen: before.seen + 1 };
    const isHit = strikes(rule, counted, clock.now(), `${seed()}/${index}`);
    keep(index, isHit ? { ...counted, hits: counted.hits + 1 } : counted);
    return isHit;
  };
  const drawAll = (occasion: Occasion, kind: 'route' | 'event') =>
    rules.flatMap((rule, index) => (kind in rule.match && draw(rule, index, occasion) ? [rule.fault] : []));

  return {
    replace(next) {
      database.transaction(() => {
        settings.write('faults', next);
        database.execute('DELETE FROM fault_progress');
        next.forEach((_, index) => keep(index, { seen: 0, hits: 0, setAt: clock.now() }));
      });
      rules = next;
    },
    list: () => rules.map((rule, index) => ({ ...rule, progress: progressOf(index) })),
    ofRequest(occasion) {
      if (rules.length === 0) return undefined;
      return database.transaction(() => drawAll(occasion, 'route')[0]) as RequestFault | undefined;
    },
    ofWebhook: (occasion) => (rules.length === 0 ? [] : (drawAll(occasion, 'event') as WebhookFault[])),
    chance: (what) => chance(`${seed()}/${what}`),
  };
}
